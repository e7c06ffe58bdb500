package io.npuq.launcher.batch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Each line of a file is a document, named by the file and its number; blank ones are none. */
final class LineDocuments implements Splitting {
    @Override
    public boolean split(Source file, Source.Taker taker, Skips skips) {
        long line = 0;
        try (InputStream in = SplitFile.open(file)) {
            for (Line next = Line.read(in); next != null; next = Line.read(in)) {
                line++;
                String name = file.name() + ":" + line;
                if (!next.isBlank() && !taker.take(next.document(name))) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return taker.take(Source.broken(
                    file.name(),
                    new Failure(
                            Failure.UNREADABLE,
                            "it cannot be read behind line " + line + ": "
                                    + e.getClass().getSimpleName())));
        } catch (DocumentException e) {
            return SplitFile.failed(file, e, taker, skips);
        }
    }

    /** One line. */
    private static final class Line {
        private final byte[] bytes;

        /** Whether there were more than a document may have. */
        private final boolean tooLong;

        private Line(byte[] bytes, boolean tooLong) {
            this.bytes = bytes;
            this.tooLong = tooLong;
        }

        /** The next one; null at the end. */
        static @Nullable Line read(InputStream in) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            boolean tooLong = false;
            int next = in.read();
            if (next < 0) {
                return null;
            }
            for (; next >= 0 && next != '\n'; next = in.read()) {
                if (bytes.size() < DocumentText.BYTES_MAX) {
                    bytes.write(next);
                } else {
                    tooLong = true;
                }
            }
            return new Line(bytes.toByteArray(), tooLong);
        }

        boolean isBlank() {
            return new String(bytes, StandardCharsets.UTF_8).isBlank();
        }

        Source document(String name) {
            return tooLong
                    ? Source.broken(
                            name,
                            new Failure(
                                    Failure.TOO_LARGE,
                                    "it has more than " + DocumentText.BYTES_MAX + " bytes; split it"))
                    : Source.of(name, bytes);
        }
    }
}
