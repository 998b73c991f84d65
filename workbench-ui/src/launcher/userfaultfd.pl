# Asks the kernel for a userfaultfd in the two ways the agent in QEMU will, so that the answer is known before anything
# is built. Perl is on every Debian, and x86-64's numbers never change.
#
#   userfaultfd.pl DEVICE
#
# prints one line: "permitted"; "old" when the kernel gives one without what live snapshots need; or
# "refused DEVICE-ERRNO the system call says ..., DEVICE says ...".
use strict;
use warnings;

use constant {
    SYS_USERFAULTFD => 323,
    FLAGS           => 02004000,    # O_CLOEXEC | O_NONBLOCK
    O_RDWR          => 2,
    NEW             => 0xaa00,      # USERFAULTFD_IOC_NEW
    API             => 0xc018aa3f,  # UFFDIO_API with struct uffdio_api { u64 api, features, ioctls }
    NEEDED          => 1 << 0 | 1 << 5 | 1 << 12,    # PAGEFAULT_FLAG_WP, MISSING_SHMEM, WP_HUGETLBFS_SHMEM
};

my ($device) = @ARGV;
my $uffd = syscall(SYS_USERFAULTFD, FLAGS);
if ($uffd < 0) {
    my $system_call = "the system call says $!";
    my $opened;
    my $made = sysopen($opened, $device, O_RDWR) && ioctl($opened, NEW, FLAGS);
    if (!$made) {
        printf "refused %d %s, %s says %s\n", $!, $system_call, $device, $!;
        exit;
    }
    $uffd = $made + 0;
}
open(my $handle, '+<&=', $uffd) or die "userfaultfd $uffd: $!";
my $api = pack('QQQ', 0xaa, 0, 0);
my $answered = ioctl($handle, API, $api);
my (undef, $features) = unpack('QQQ', $api);
print $answered && ($features & NEEDED) == NEEDED ? "permitted\n" : "old\n";
