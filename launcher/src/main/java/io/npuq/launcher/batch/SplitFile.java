package io.npuq.launcher.batch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A file with several documents, opened behind its byte order mark. */
final class SplitFile {
    private static final String BOM = "\u00EF\u00BB\u00BF";

    private SplitFile() {}

    static InputStream open(Source file) throws IOException, DocumentException {
        InputStream in = new BufferedInputStream(file.content().open(), Sniff.BYTES);
        in.mark(Sniff.BYTES);
        byte[] head = in.readNBytes(Sniff.BYTES);
        in.reset();
        if (Sniff.isBinary(head)) {
            in.close();
            throw new DocumentException(
                    Failure.NOT_TEXT, "it is no text: there are control characters in its beginning");
        }
        in.skipNBytes(startsWithMark(head) ? BOM.length() : 0);
        return in;
    }

    /** A file that cannot be split: skipped where it was only found, else failed. */
    static boolean failed(Source file, DocumentException e, Source.Taker taker, Skips skips) {
        if (!file.named() && e.failure().code().equals(Failure.NOT_TEXT)) {
            skips.add(Skips.BINARY, file.name());
            return true;
        }
        return taker.take(Source.broken(file.name(), e.failure()));
    }

    private static boolean startsWithMark(byte[] head) {
        for (int i = 0; i < BOM.length(); i++) {
            if (head.length <= i || (head[i] & 0xFF) != BOM.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
