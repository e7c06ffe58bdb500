package io.npuq.scheduler.journal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Erasures that are held back are made later, in order and in part, and never more than memory allows are held. */
final class HeldErasuresTest {
    @TempDir
    private Path directory;

    @Test
    void heldErasuresAreMadePieceByPiece() throws IOException {
        Path first = Files.createFile(directory.resolve("0000000001.body"));
        Path second = Files.createFile(directory.resolve("0000000002.body"));
        try (StoredTexts texts = new StoredTexts(directory, ChannelOpener.REAL)) {
            texts.hold();
            assertThrows(IllegalStateException.class, texts::hold);
            texts.drop(1);
            texts.drop(2);
            assertTrue(texts.isHeld());
            assertTrue(Files.exists(first));
            assertTrue(texts.eraseHeld(1));
            assertFalse(Files.exists(first));
            assertTrue(Files.exists(second));
            assertTrue(texts.isHolding());
            assertFalse(texts.isHeld());
            assertFalse(texts.eraseHeld(1));
            assertFalse(Files.exists(second));
            assertFalse(texts.isHolding());
        }
    }

    @Test
    void holdThatTakesTooMuchMemoryEnds() throws IOException {
        try (StoredTexts texts = new StoredTexts(directory, ChannelOpener.REAL)) {
            texts.hold();
            for (int i = 0; i < StoredTexts.HELD_MAX; i++) {
                texts.erase(1, 0, 100);
            }
            assertTrue(texts.isHeld());
            texts.erase(1, 0, 100);
            assertFalse(texts.isHeld());
            assertFalse(texts.eraseHeld(StoredTexts.HELD_MAX));
        }
    }
}
