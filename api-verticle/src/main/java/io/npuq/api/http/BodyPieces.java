package io.npuq.api.http;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A body as far as it is here. It is kept in blocks that grow with it, not in one buffer that is copied as it grows: a thousand bodies
 * that are awaited take what came of them, however small the chunks were. What the blocks take counts on the budget.
 */
final class BodyPieces {
    private static final int BLOCK_BYTES_MIN = 1_024;

    private final BodyBudget budget;
    private final List<byte[]> blocks = new ArrayList<>();
    private int held;
    private int length;

    BodyPieces(BodyBudget budget) {
        this.budget = budget;
    }

    int length() {
        return length;
    }

    /** Whether the budget had room for it; where it had not, only a part is kept. */
    boolean add(Buffer chunk) {
        int from = 0;
        while (from < chunk.length()) {
            if (length == held && !grow(chunk.length() - from)) {
                return false;
            }
            byte[] block = blocks.get(blocks.size() - 1);
            int free = held - length;
            int bytes = Math.min(free, chunk.length() - from);
            chunk.getBytes(from, from + bytes, block, block.length - free);
            from += bytes;
            length += bytes;
        }
        return true;
    }

    /** Most bodies come in one chunk, for which the first block is made to measure. */
    private boolean grow(int wanted) {
        int bytes = Math.min(HttpLimits.CHUNK_BYTES_MAX, length == 0 ? wanted : Math.max(BLOCK_BYTES_MIN, length));
        if (!budget.take(bytes)) {
            return false;
        }
        blocks.add(new byte[bytes]);
        held += bytes;
        return true;
    }

    /** All of it. */
    byte[] join() {
        if (blocks.size() == 1 && held == length) {
            return blocks.get(0);
        }
        byte[] whole = new byte[length];
        int to = 0;
        for (byte[] block : blocks) {
            int bytes = Math.min(block.length, length - to);
            System.arraycopy(block, 0, whole, to, bytes);
            to += bytes;
        }
        return whole;
    }

    /** Lets go of it. */
    void release() {
        budget.give(held);
        blocks.clear();
        held = 0;
        length = 0;
    }
}
