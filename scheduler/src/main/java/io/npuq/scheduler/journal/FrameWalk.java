package io.npuq.scheduler.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks a journal frame by frame, also one that {@link JournalReader} would not read, to tell where it stops being what was written.
 * Another process may be writing to it. Changes nothing.
 */
public final class FrameWalk {
    private final SegmentFiles files;
    private final Visitor visitor;
    private int segment;
    private long offset;
    private int batch;
    private int index;
    private int count;

    private FrameWalk(SegmentFiles files, Visitor visitor) {
        this.files = files;
        this.visitor = visitor;
    }

    /** Takes every entry whose frame is whole. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * One entry.
         *
         * @param fits whether its frame's header follows from the frame before
         * @return whether to go on
         */
        boolean entry(Position position, byte[] line, boolean fits);
    }

    /**
     * Where the walk ended.
     *
     * @param broken where no whole frame is, though more follows; null when nothing is broken
     * @param how what is wrong there
     * @param unfinished whether bytes that were not written to their end follow the last frame, or its batch lacks some
     * @param segments how many there are
     */
    public record End(@Nullable Position broken, String how, boolean unfinished, int segments) {}

    /** Walks the journal in that directory. */
    public static End walk(Path directory, Visitor visitor) throws IOException {
        return new FrameWalk(new SegmentFiles(directory), visitor).run();
    }

    private End run() throws IOException {
        List<Integer> present = files.present();
        boolean unfinished = false;
        for (int number : present) {
            segment++;
            offset = 0;
            if (number != segment) {
                return broken("the file " + files.log(segment) + " is missing", present);
            }
            boolean last = number == present.get(present.size() - 1);
            SegmentBytes bytes = last ? SegmentBytes.copy(files.log(number), 0) : SegmentBytes.map(files.log(number));
            boolean goesOn = frames(bytes);
            if (goesOn && last && isFollowed(bytes)) {
                // Perhaps it was written to while it was read: then there is more by now.
                long before = offset;
                bytes = SegmentBytes.copy(files.log(number), offset);
                goesOn = frames(bytes);
                if (offset > before) {
                    continue;
                }
            }
            if (!goesOn) {
                break;
            }
            unfinished = bytes.hasBytesAfter(offset) || index < count - 1;
            if (isFollowed(bytes) || (!last && bytes.hasBytesAfter(offset))) {
                return broken("its frame is not what was written", present);
            }
        }
        return new End(null, "", unfinished, present.size());
    }

    private End broken(String how, List<Integer> present) {
        return new End(new Position(segment, offset), how, false, present.size());
    }

    /** Whether a whole frame follows, of a batch behind the one that lacks frames here. */
    private boolean isFollowed(SegmentBytes bytes) {
        return bytes.frameOfOtherBatch(offset, index < count - 1 ? batch : batch + 1) >= 0;
    }

    private boolean frames(SegmentBytes bytes) {
        Frame frame;
        while ((frame = bytes.frameAt(offset)) != null) {
            boolean begins = index >= count - 1 && frame.index() == 0 && frame.batch() == batch + 1;
            boolean continues =
                    index < count - 1 && frame.index() == index + 1 && frame.batch() == batch && frame.count() == count;
            if (!visitor.entry(new Position(segment, offset), bytes.entryAt(offset, frame), begins || continues)) {
                return false;
            }
            batch = frame.batch();
            index = frame.index();
            count = frame.count();
            offset += Frame.HEADER_BYTES + frame.length();
        }
        return true;
    }
}
