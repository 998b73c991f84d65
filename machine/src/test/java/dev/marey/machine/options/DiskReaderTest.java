package dev.marey.machine.options;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marey.machine.options.Disk.Access;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DiskReaderTest {

  private static GivenOption option(String name, String value) {
    return new GivenOption(name, value, 0, 1);
  }

  @Test
  void aDriveIsFoundWithAllThatIsKnownOfIt() {
    GivenOption drive = option("drive", "file=a.qcow2,format=qcow2,if=virtio,id=root");
    assertThat(DiskReader.read(drive))
        .containsExactly(
            new Disk(drive, "", "root", "a.qcow2", "qcow2", "virtio", Access.WRITABLE));
  }

  @Test
  void aNodeInJsonIsFoundWithTheNamedOneInside() {
    GivenOption node =
        option(
            "blockdev",
            "{\"driver\":\"raw\",\"node-name\":\"d\",\"read-only\":true,"
                + "\"file\":{\"driver\":\"file\",\"filename\":\"a.img\",\"node-name\":\"f\"}}");
    assertThat(DiskReader.read(node))
        .containsExactly(
            new Disk(node, "", "d", "a.img", "raw", "", Access.READ_ONLY),
            new Disk(node, "file.", "f", "a.img", "file", "", Access.READ_ONLY));
  }

  @Test
  void disksOfTheOldKindAreFound() {
    GivenOption hda = option("hda", "a.img");
    GivenOption pflash = option("pflash", "code.fd");
    GivenOption cdrom = option("cdrom", "a.iso");
    assertThat(List.of(hda, pflash, cdrom, option("kernel", "k")))
        .flatMap(DiskReader::read)
        .containsExactly(
            new Disk(hda, "", "", "a.img", "", "", Access.WRITABLE),
            new Disk(pflash, "", "", "code.fd", "", "", Access.WRITABLE),
            new Disk(cdrom, "", "", "a.iso", "", "", Access.READ_ONLY));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "drive | file=x | WRITABLE",
        "drive | driver=file,filename=x | WRITABLE",
        "drive | driver=vvfat,dir=d,rw=on | WRITABLE",
        "drive | driver=blkdebug,image.driver=file,image.filename=x | WRITABLE",
        "drive | driver=nbd,server.type=inet,server.host=h,server.port=1 | WRITABLE",
        "drive | driver=copy-before-write,file.driver=null-co,target.driver=file | WRITABLE",
        "drive | file=x,readonly=on | READ_ONLY",
        "drive | file=x,readonly | READ_ONLY",
        "drive | file=x,noreadonly | WRITABLE",
        "drive | file=x,read-only=true | READ_ONLY",
        "drive | file=x,auto-read-only=on | WRITABLE",
        "drive | file=x,media=cdrom | READ_ONLY",
        "drive | if=none,id=e,media=cdrom | READ_ONLY",
        "drive | if=none,id=e | EMPTY",
        "drive | if=none,id=e,file= | EMPTY",
        "drive | driver=null-co,size=1M | FORGETFUL",
        "drive | file=null-co://,format=raw | FORGETFUL",
        "drive | file=null-co://,format=qcow2 | WRITABLE",
        "blockdev | null-aio,node-name=n | FORGETFUL",
        "blockdev | driver=file,filename=x,node-name=n | WRITABLE",
        "blockdev | driver=file,filename=x,node-name=n,read-only=on | READ_ONLY"
      })
  void whatDoesNotSayThatItIsReadOnlyCountsAsWritable(String name, String value, Access access) {
    assertThat(DiskReader.read(option(name, value)))
        .extracting(Disk::access)
        .containsExactly(access);
  }
}
