package dev.marey.machine.disk;

/**
 * Numbers of the NBD protocol: fixed newstyle handshake and simple replies. Everything is
 * big-endian. Source: {@code doc/proto.md} of the NetworkBlockDevice project.
 *
 * <pre>
 * greeting   "NBDMAGIC"  "IHAVEOPT"  handshake flags u16          client: flags u32
 * option     "IHAVEOPT"  option u32  length u32  data
 * answer     ANSWER u64  option u32  type u32  length u32  data
 * request    REQUEST u32  flags u16  command u16  cookie u64  offset u64  length u32   data of a write
 * reply      REPLY u32  error u32  cookie u64   data of a read
 * </pre>
 */
final class Nbd {

  static final long MAGIC = 0x4e42444d41474943L;
  static final long OPTION = 0x49484156454f5054L;
  static final long ANSWER = 0x0003e889045565a9L;
  static final int REQUEST = 0x25609513;
  static final int REPLY = 0x67446698;

  static final int FIXED_NEWSTYLE = 1;
  static final int NO_ZEROES = 2;

  static final int OPTION_EXPORT_NAME = 1;
  static final int OPTION_ABORT = 2;
  static final int OPTION_LIST = 3;
  static final int OPTION_INFO = 6;
  static final int OPTION_GO = 7;

  static final int ANSWER_ACK = 1;
  static final int ANSWER_SERVER = 2;
  static final int ANSWER_INFO = 3;
  static final int ANSWER_UNSUPPORTED = 0x80000001;
  static final int ANSWER_INVALID = 0x80000003;
  static final int ANSWER_UNKNOWN = 0x80000006;

  static final int INFO_EXPORT = 0;
  static final int INFO_BLOCK_SIZE = 3;

  static final int HAS_FLAGS = 1;
  static final int READ_ONLY = 2;
  static final int SEND_FLUSH = 4;
  static final int SEND_FUA = 8;
  static final int SEND_TRIM = 32;
  static final int SEND_WRITE_ZEROES = 64;

  static final int READ = 0;
  static final int WRITE = 1;
  static final int DISCONNECT = 2;
  static final int FLUSH = 3;
  static final int TRIM = 4;
  static final int WRITE_ZEROES = 6;

  static final int OK = 0;
  static final int EPERM = 1;
  static final int EIO = 5;
  static final int EINVAL = 22;
  static final int ENOSPC = 28;

  static final int REQUEST_BYTES = 28;
  static final int REPLY_BYTES = 16;

  /** Longest read or write of one request. */
  static final int MAX_TRANSFER_BYTES = 32 << 20;

  /** Longest option: an export's name and a few numbers. */
  static final int MAX_OPTION_BYTES = 8192;

  private Nbd() {}
}
