package io.npuq.scheduler.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What surrounds an entry in a segment's log file: 24 bytes, big-endian, then the entry's bytes.
 *
 * <pre>
 *  0  u32 length of the entry in bytes; 0 marks space that was never written
 *  4  u32 CRC32C over everything behind it: the rest of the header and the entry
 *  8  u32 batch: counts the syncs of this journal
 * 12  u16 index of this entry in its batch
 * 14  u16 count of entries in the batch
 * 16  u64 end of the texts in the segment's body file, once this batch is written
 * </pre>
 *
 * <p>Batch, index and count tell, for every entry, which sync carried it: only the last batch can be torn, so a broken frame before
 * it is damage.
 *
 * @param length of the entry, in bytes
 * @param crc as stored
 * @param batch which sync carried it
 * @param index which entry of the batch
 * @param count how many entries the batch has
 * @param bodyEnd offset behind the batch's texts in the body file
 */
record Frame(int length, int crc, int batch, int index, int count, long bodyEnd) {
    static final int HEADER_BYTES = 24;

    /** Longest entry: ids, sizes, hashes and evidence; no text. Two bytes hold it, so its two low ones are never both zero. */
    static final int ENTRY_BYTES_MAX = 65_535;

    /** Most entries that share one sync. */
    static final int BATCH_ENTRIES_MAX = 4096;

    private static final int CRC_AT = 4;
    private static final int CRC_FROM = 8;

    /** The header at the buffer's position, which moves behind it. */
    static Frame read(ByteBuffer buffer) {
        return new Frame(
                buffer.getInt(),
                buffer.getInt(),
                buffer.getInt(),
                Short.toUnsignedInt(buffer.getShort()),
                Short.toUnsignedInt(buffer.getShort()),
                buffer.getLong());
    }

    /** Writes this header, with the CRC worked out anew, in front of its entry at {@code at}. */
    void seal(ByteBuffer buffer, int at) {
        buffer.putInt(at, length)
                .putInt(at + 8, batch)
                .putShort(at + 12, (short) index)
                .putShort(at + 14, (short) count)
                .putLong(at + 16, bodyEnd);
        buffer.putInt(at + CRC_AT, crcOf(buffer.slice(at + CRC_FROM, HEADER_BYTES - CRC_FROM + length)));
    }

    /** Whether the header can be one at all; says nothing of the entry. */
    boolean isPlausible() {
        return length > 0 && length <= ENTRY_BYTES_MAX && count > 0 && count <= BATCH_ENTRIES_MAX && index < count;
    }

    /** Whether the entry, with its header, is as it was written. */
    boolean matches(ByteBuffer headerAndEntry) {
        return crc == crcOf(headerAndEntry.slice(CRC_FROM, HEADER_BYTES - CRC_FROM + length));
    }

    boolean endsBatch() {
        return index == count - 1;
    }

    private static int crcOf(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
