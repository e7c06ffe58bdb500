package io.npuq.scheduler.audit;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A text and who signed it (c2sp.org/signed-note). A file has many of them, an empty line behind each; the texts have no empty line.
 *
 * @param text what is signed, with the line break at its end
 * @param signatures at least one
 */
record SignedNote(String text, List<Signed> signatures) {
    private static final String DASH = "\u2014 ";

    /** The same, a character a byte. */
    private static final String DASH_BYTES =
            new String(DASH.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    private static final String EMPTY_LINE = "\n\n";
    private static final int ID_BYTES = 4;

    /**
     * A signature.
     *
     * @param name of the key
     * @param id of the key
     * @param base64 the signature itself
     */
    record Signed(String name, int id, String base64) {
        byte[] bytes() {
            return Base64.getDecoder().decode(base64);
        }

        boolean isBy(VerifierKey key) {
            return id == key.id() && name.equals(key.name());
        }
    }

    /**
     * The notes of a file.
     *
     * @param notes that can be read, in order
     * @param broken number of the first that cannot, from 1; 0 when all can
     * @param bytes up to the end of the last one; behind them may stand one that was not written to its end
     */
    record Read(List<SignedNote> notes, int broken, int bytes) {}

    static SignedNote sign(String text, SigningKey... keys) {
        List<Signed> signatures = new ArrayList<>();
        for (SigningKey key : keys) {
            VerifierKey by = key.verifier();
            signatures.add(new Signed(by.name(), by.id(), Base64.getEncoder().encodeToString(key.signature(text))));
        }
        return new SignedNote(text, List.copyOf(signatures));
    }

    /** The notes of a file, whose last one may be cut off. */
    static Read readAll(byte[] file) {
        List<SignedNote> notes = new ArrayList<>();
        String all = new String(file, StandardCharsets.ISO_8859_1);
        String text = null;
        int broken = 0;
        int bytes = 0;
        int begin = 0;
        for (int end = all.indexOf(EMPTY_LINE); end >= 0; end = all.indexOf(EMPTY_LINE, begin)) {
            String part = all.substring(begin, end + 1);
            begin = end + EMPTY_LINE.length();
            if (!part.startsWith(DASH_BYTES)) {
                broken = broken == 0 && text != null ? notes.size() + 1 : broken;
                text = part;
                continue;
            }
            Optional<SignedNote> note = text == null ? Optional.empty() : parse(text, part);
            note.ifPresent(notes::add);
            broken = broken == 0 && note.isEmpty() ? notes.size() + 1 : broken;
            text = null;
            bytes = begin;
        }
        return new Read(notes, broken == 0 && text != null ? notes.size() + 1 : broken, bytes);
    }

    /** The note as a file has it, with an empty line behind. */
    byte[] bytes() {
        StringBuilder all = new StringBuilder(text).append('\n');
        for (Signed signed : signatures) {
            byte[] idAndSignature = signed.bytes();
            ByteBuffer typed = ByteBuffer.allocate(ID_BYTES + idAndSignature.length);
            typed.putInt(signed.id()).put(idAndSignature);
            all.append(DASH)
                    .append(signed.name())
                    .append(' ')
                    .append(Base64.getEncoder().encodeToString(typed.array()))
                    .append('\n');
        }
        return all.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<SignedNote> parse(String text, String signatures) {
        List<Signed> signed = new ArrayList<>();
        for (String line : signatures.stripTrailing().split("\n", -1)) {
            String[] words = line.split(" ", -1);
            if (words.length != 3 || !words[0].equals(DASH_BYTES.strip()) || words[1].isEmpty()) {
                return Optional.empty();
            }
            try {
                ByteBuffer typed = ByteBuffer.wrap(Base64.getDecoder().decode(words[2]));
                int id = typed.getInt();
                signed.add(new Signed(
                        utf8(words[1]),
                        id,
                        Base64.getEncoder()
                                .encodeToString(Arrays.copyOfRange(typed.array(), ID_BYTES, typed.limit()))));
            } catch (IllegalArgumentException | BufferUnderflowException | CharacterCodingException e) {
                return Optional.empty();
            }
        }
        try {
            String read = utf8(text);
            boolean plain = read.chars().allMatch(c -> c >= ' ' || c == '\n');
            return plain ? Optional.of(new SignedNote(read, List.copyOf(signed))) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Bytes that were taken as characters, as text. */
    private static String utf8(String bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                .toString();
    }
}
