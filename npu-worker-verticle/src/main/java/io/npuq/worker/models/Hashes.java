package io.npuq.worker.models;

import io.npuq.schema.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hashes of one file's content while it comes: what the hub goes by, and SHA-256 in any case. */
final class Hashes {
    private static final int BUFFER_BYTES = 1 << 20;

    private final MessageDigest sha256 = Sha256.digest();
    private final MessageDigest blob = sha1();
    private final RemoteFile file;

    Hashes(RemoteFile file) {
        this.file = file;
        blob.update(("blob " + file.bytes() + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    /** Takes what is on disk already; answers how much that is. */
    long take(Path path) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        try (InputStream in = Files.newInputStream(path)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                take(buffer, n);
                bytes += n;
            }
        }
        return bytes;
    }

    void take(byte[] buffer, int length) {
        sha256.update(buffer, 0, length);
        if (file.hash().algorithm() == FileHash.Algorithm.GIT_BLOB) {
            blob.update(buffer, 0, length);
        }
    }

    /** At the end. */
    Result result() {
        String sha = Sha256.hex(sha256);
        String own = file.hash().algorithm() == FileHash.Algorithm.SHA256
                ? sha
                : HexFormat.of().formatHex(blob.digest());
        return new Result(own.equals(file.hash().hex()), sha);
    }

    /**
     * What came.
     *
     * @param expected whether it is what the hub promised
     * @param sha256 of it
     */
    record Result(boolean expected, String sha256) {}

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
