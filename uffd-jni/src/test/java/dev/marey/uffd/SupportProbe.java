package dev.marey.uffd;

/**
 * A program for tests to run as another user: prints why userfaultfd is unavailable, if it is, and
 * where the native code has been unpacked.
 */
final class SupportProbe {

  private SupportProbe() {}

  public static void main(String[] arguments) {
    System.out.println(
        UffdSupport.unavailabilityCause().map(UnavailabilityCause::message).orElse("available"));
    System.out.println("unpacked into " + NativeLibrary.privateFolder());
  }
}
