package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.npuq.worker.TestRuntime;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionTest {
    private static final int[] PROMPT = {1, 87, 85, 261, 201, 328, 28, 281};

    @TempDir
    private static Path cache;

    private static LoadedModel model;

    @BeforeAll
    static void load() throws EngineException {
        model = ModelLoader.load(
                TinyModel.onCpu(cache), OpenVinoInstall.find(TestRuntime.openVino()), System::nanoTime);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void tokensFedApartAreInferredAsOne() {
        float[] apart;
        try (Session session = model.language().newSession(PROMPT.length)) {
            for (int token : PROMPT) {
                session.feed(token);
            }
            session.infer();
            apart = session.logits().clone();
        }
        try (Session session = model.language().newSession(PROMPT.length)) {
            session.feed(PROMPT);
            session.infer();
            assertArrayEquals(apart, session.logits());
        }
    }

    @Test
    void aFreshSessionKnowsNothingOfTheOneBefore() {
        assertArrayEquals(logitsOf(PROMPT), logitsOf(PROMPT));
    }

    private static float[] logitsOf(int... tokens) {
        try (Session session = model.language().newSession(tokens.length)) {
            session.feed(tokens);
            session.infer();
            return session.logits().clone();
        }
    }
}
