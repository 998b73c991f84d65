/* Multiboot entry (see the Multiboot 0.6.96 specification): the loader leaves the magic in eax, the information
 * structure in ebx, protected mode on, paging and interrupts off. */
    .set MULTIBOOT_MAGIC, 0x1badb002
    .set MULTIBOOT_FLAGS, 0x00000002 /* tell how much memory there is */

    .section .multiboot, "a"
    .align 4
    .long MULTIBOOT_MAGIC
    .long MULTIBOOT_FLAGS
    .long -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

    .section .text
    .globl _start
    .type _start, @function
_start:
    cli
    movl $stack_top, %esp
    lgdt gdt_pointer
    ljmp $0x08, $1f
1:
    movl $0x10, %ecx
    movl %ecx, %ds
    movl %ecx, %es
    movl %ecx, %fs
    movl %ecx, %gs
    movl %ecx, %ss
    pushl %ebx
    pushl %eax
    call kernel_main
2:  cli
    hlt
    jmp 2b
    .size _start, . - _start

    .globl timer_entry
    .type timer_entry, @function
timer_entry:
    pusha
    cld
    call timer_interrupt
    popa
    iret
    .size timer_entry, . - timer_entry

    /* Any exception: say so and stop. */
    .globl fault_entry
    .type fault_entry, @function
fault_entry:
    call kernel_fault

    .section .rodata
    .align 8
gdt:
    .quad 0
    .quad 0x00cf9a000000ffff /* 0x08: flat code */
    .quad 0x00cf92000000ffff /* 0x10: flat data */
gdt_pointer:
    .word gdt_pointer - gdt - 1
    .long gdt

    .section .bss
    .align 16
    .skip 16384
stack_top:

    .section .note.GNU-stack, "", @progbits
