package io.npuq.scheduler.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Notes are those of c2sp.org/signed-note, so that other tools read them. */
final class SignedNoteTest {
    /** The example of the specification. */
    private static final String VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    private static final String NOTE = """
            This is an example message.

            — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
            """;

    private static final Checkpoint CHECKPOINT =
            new Checkpoint("npuq/0123456789abcdef", 42, "ab".repeat(32), Instant.parse("2026-01-02T03:04:05Z"));

    @Test
    void noteOfTheSpecificationIsReadAndVerified() {
        SignedNote note = only(NOTE + "\n");
        VerifierKey key = VerifierKey.parse(VKEY);
        assertEquals(VKEY, key.toString());
        assertTrue(note.signatures().get(0).isBy(key));
        assertTrue(key.verifies(note.text(), note.signatures().get(0).bytes()));
        assertFalse(key.verifies(note.text() + "x", note.signatures().get(0).bytes()));
        assertArrayEquals((NOTE + "\n").getBytes(StandardCharsets.UTF_8), note.bytes());
    }

    @Test
    void keyThatIsNoneIsRefused() {
        for (String text : List.of("", "npuq", VKEY.replace("530d903a", "530d903b"), VKEY + "AAAA", "a b" + VKEY)) {
            assertThrows(InvalidInputException.class, () -> VerifierKey.parse(text), text);
        }
    }

    @Test
    void checkpointIsReadAsItWasWritten() {
        assertEquals(Optional.of(CHECKPOINT), Checkpoint.parse(CHECKPOINT.text()));
        assertEquals(Optional.empty(), Checkpoint.parse(CHECKPOINT.text().replace("42", "042")));
        assertEquals(Optional.empty(), KeyNote.parse(CHECKPOINT.text()));
    }

    @Test
    void privateKeyIsReadAsItWasWritten() {
        SigningKey key = SigningKey.ofNewLog();
        SigningKey read = SigningKey.parse(key.text());
        assertEquals(key.verifier(), read.verifier());
        assertTrue(key.verifier().verifies("text\n", read.signature("text\n")));
        String others = SigningKey.ofNewLog().text();
        String mixed = key.text().lines().findFirst().orElseThrow() + "\n"
                + others.lines().skip(1).findFirst().orElseThrow() + "\n";
        assertThrows(IllegalArgumentException.class, () -> SigningKey.parse(mixed));
    }

    @Test
    void noteThatWasNotWrittenToItsEndIsCutOffAndTheOthersAreRead() {
        SigningKey key = SigningKey.ofNewLog();
        byte[] one = SignedNote.sign(CHECKPOINT.text(), key).bytes();
        for (int cut = 1; cut < one.length; cut++) {
            byte[] file = Arrays.copyOf(one, one.length + cut);
            System.arraycopy(one, 0, file, one.length, cut);
            SignedNote.Read read = SignedNote.readAll(file);
            assertEquals(1, read.notes().size());
            assertEquals(one.length, read.bytes());
        }
    }

    @Test
    void brokenNoteIsNamedAndThoseBehindItAreRead() {
        SigningKey key = SigningKey.ofNewLog();
        String one = new String(SignedNote.sign(CHECKPOINT.text(), key).bytes(), StandardCharsets.UTF_8);
        String file = one + one.replace("\u2014 npuq", "\u2014npuq") + one;
        SignedNote.Read read = SignedNote.readAll(file.getBytes(StandardCharsets.UTF_8));
        assertEquals(2, read.broken());
        assertEquals(2, read.notes().size());
    }

    @Test
    void onlyKeysThatTheGivenOneVouchesForCount() {
        SigningKey first = SigningKey.ofNewLog();
        SigningKey second = SigningKey.named(first.verifier().name());
        SigningKey stranger = SigningKey.ofNewLog();
        List<SignedNote> notes = List.of(
                SignedNote.sign(new KeyNote(first.verifier(), Instant.EPOCH).text(), first),
                SignedNote.sign(checkpoint(first, 1).text(), first),
                SignedNote.sign(new KeyNote(second.verifier(), Instant.EPOCH).text(), first, second),
                SignedNote.sign(checkpoint(second, 2).text(), second),
                SignedNote.sign(new KeyNote(stranger.verifier(), Instant.EPOCH).text(), stranger),
                SignedNote.sign(checkpoint(stranger, 3).text(), stranger));
        assertEquals(List.of(1L, 2L, 3L), counted(new Vouched(Set.of()), notes));
        assertEquals(List.of(1L, 2L), counted(new Vouched(Set.of(first.verifier())), notes));
        assertEquals(List.of(2L), counted(new Vouched(Set.of(second.verifier())), notes));
        assertEquals(List.of(), counted(new Vouched(Set.of(VerifierKey.parse(VKEY))), notes));
    }

    @Test
    void checkpointThatWasNotSignedSoIsFoundAndSoIsOneOfAStranger() {
        SigningKey key = SigningKey.ofNewLog();
        SignedNote named = SignedNote.sign(new KeyNote(key.verifier(), Instant.EPOCH).text(), key);
        SignedNote signed = SignedNote.sign(checkpoint(key, 1).text(), key);
        SignedNote changed = new SignedNote(checkpoint(key, 2).text(), signed.signatures());
        SignedNote others = SignedNote.sign(CHECKPOINT.text(), SigningKey.named(CHECKPOINT.origin()));
        for (SignedNote wrong : List.of(changed, others)) {
            Vouched vouched = new Vouched(Set.of());
            vouched.take(List.of(named, wrong), Path.of("notes"));
            assertTrue(vouched.broken().orElseThrow().message().startsWith("note 2 of notes is "));
            assertEquals(List.of(), vouched.checkpoints());
        }
    }

    private static Checkpoint checkpoint(SigningKey key, long entries) {
        return new Checkpoint(key.verifier().name(), entries, "ab".repeat(32), Instant.EPOCH);
    }

    private static List<Long> counted(Vouched vouched, List<SignedNote> notes) {
        vouched.take(notes, Path.of("notes"));
        assertEquals(Optional.empty(), vouched.broken());
        return vouched.checkpoints().stream().map(Checkpoint::entries).toList();
    }

    private static SignedNote only(String file) {
        SignedNote.Read read = SignedNote.readAll(file.getBytes(StandardCharsets.UTF_8));
        assertEquals(0, read.broken());
        assertEquals(1, read.notes().size());
        return read.notes().get(0);
    }
}
