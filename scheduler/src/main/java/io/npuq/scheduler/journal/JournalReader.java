package io.npuq.scheduler.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks a whole journal from its first entry, checking frames and chain on the way; changes nothing. */
public final class JournalReader {
    /** Takes every entry that is whole, in order. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * One entry.
         *
         * @param seq its number
         * @param position where it lies
         * @param line its bytes; {@link JournalReader#parse} makes an {@link Entry} of them
         */
        void entry(long seq, Position position, byte[] line) throws IOException;
    }

    private final SegmentFiles files;
    private final Visitor visitor;
    private final long trusted;

    /** Whether another process may be writing meanwhile. */
    private final boolean growing;

    private final Chain chain = new Chain();

    /** The latest batch, not yet handed on: the last one counts only once its texts are whole too. */
    private SegmentScan.@Nullable Batch held;

    private int segment;
    private long logEnd;
    private long bodyEnd;
    private int batch;
    private int format;

    private JournalReader(SegmentFiles files, long trusted, boolean growing, Visitor visitor) {
        this.files = files;
        this.trusted = trusted;
        this.growing = growing;
        this.visitor = visitor;
    }

    /**
     * Where a journal ends.
     *
     * @param chain the hash chain up to its last whole entry
     * @param segment the last segment; 0 when there is none
     * @param logEnd offset behind the last whole batch in its log
     * @param bodyEnd offset behind that batch's texts in its body file
     * @param batch number of the last whole batch
     * @param torn whether bytes of an unfinished batch follow
     * @param format of the last segment
     */
    record End(Chain chain, int segment, long logEnd, long bodyEnd, int batch, boolean torn, int format) {}

    /**
     * Walks the journal in the directory.
     *
     * @return number of its last whole entry; 0 when it is empty
     * @throws JournalDamagedException naming the first broken entry
     */
    public static long read(Path directory, Visitor visitor) throws IOException {
        return walk(new SegmentFiles(directory), 0, visitor).chain().seq();
    }

    /**
     * Walks a journal that another process may be writing to. What was acknowledged before the call is in it; where the file is being
     * written to, it ends.
     *
     * @return number of the last entry
     * @throws JournalDamagedException naming the first broken entry
     */
    public static long readGrowing(Path directory, Visitor visitor) throws IOException {
        return new JournalReader(new SegmentFiles(directory), 0, true, visitor)
                .run()
                .chain()
                .seq();
    }

    /**
     * Walks the journal in the directory, and tells what belongs to it.
     *
     * @throws JournalDamagedException naming the first broken entry
     */
    public static Extent measure(Path directory, Visitor visitor) throws IOException {
        SegmentFiles files = new SegmentFiles(directory);
        End end = walk(files, 0, visitor);
        List<Extent.Piece> pieces = files.piecesBefore(end.segment());
        if (end.logEnd() > 0) {
            pieces.add(Extent.Piece.of(files.log(end.segment()), end.logEnd()));
        }
        if (end.bodyEnd() > 0) {
            pieces.add(Extent.Piece.of(files.body(end.segment()), end.bodyEnd()));
        }
        return new Extent(pieces, end.chain().seq(), end.chain().head(), end.torn());
    }

    /** The entry of that line. */
    public static Entry parse(byte[] line, Position at) {
        return EntryCodec.read(line, at);
    }

    /**
     * Walks the journal. Up to the trusted entry every frame is checked, by its checksum, but not the chain from entry to entry, which
     * takes most of the time.
     */
    static End walk(SegmentFiles files, long trusted, Visitor visitor) throws IOException {
        return new JournalReader(files, trusted, false, visitor).run();
    }

    private End run() throws IOException {
        boolean torn = false;
        List<Integer> segments = files.segments();
        for (int number : segments) {
            if (torn) {
                throw new JournalDamagedException("the journal is damaged: " + files.log(segment)
                        + " ends in the middle of an entry, though a later segment follows it. "
                        + "Restore the data directory from a backup");
            }
            release();
            segment = number;
            logEnd = 0;
            bodyEnd = 0;
            SegmentScan.Visitor holding = next -> {
                release();
                held = next;
            };
            torn = (growing && number == segments.size())
                    ? SegmentScan.walkGrowing(files.log(number), batch, holding)
                    : SegmentScan.walk(files.log(number), batch, holding);
        }
        SegmentScan.Batch last = held;
        if (last != null && !isFinished(last)) {
            torn = true;
        } else {
            release();
        }
        return new End(chain, segment, logEnd, bodyEnd, batch, torn, format);
    }

    /** The texts of a batch that is finished may have been erased in part: then another batch has begun. */
    private boolean isFinished(SegmentScan.Batch last) throws IOException {
        return BodyCheck.allWhole(files.body(segment), bodyEnd, last.bodyEnd()) || (growing && hasNext(last));
    }

    private boolean hasNext(SegmentScan.Batch last) throws IOException {
        return Files.exists(files.log(segment + 1))
                || SegmentScan.hasFrame(files.log(segment), last.end(), last.number() + 1);
    }

    private void release() throws IOException {
        SegmentScan.Batch whole = held;
        if (whole == null) {
            return;
        }
        long at = whole.start();
        if (at == 0) {
            checkFormat(whole.entries().get(0));
        }
        for (byte[] line : whole.entries()) {
            Position position = new Position(segment, at);
            if (chain.seq() + 1 < trusted) {
                chain.pass(line, position);
            } else if (chain.seq() + 1 == trusted) {
                chain.pass(line, position);
                chain.rest(line);
            } else {
                chain.follow(line, position);
            }
            visitor.entry(chain.seq(), position, line);
            at += Frame.HEADER_BYTES + line.length;
        }
        logEnd = whole.end();
        bodyEnd = whole.bodyEnd();
        batch = whole.number();
        held = null;
    }

    /** Every segment begins by saying its format. */
    private void checkFormat(byte[] first) {
        Position position = new Position(segment, 0);
        if (!(parse(first, position).change() instanceof Change.SegmentOpened opened)) {
            throw new JournalDamagedException("the journal's segment " + segment
                    + " does not begin as a segment does. Restore the data directory from a backup");
        }
        if (opened.format() > Journal.FORMAT) {
            throw new JournalDamagedException("the journal's segment " + segment + " has format " + opened.format()
                    + ", which this version of npuq does not read; use the version that wrote it");
        }
        format = opened.format();
    }
}
