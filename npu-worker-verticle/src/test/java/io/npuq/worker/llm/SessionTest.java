package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.CancelSignal;
import io.npuq.worker.TestRuntime;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SessionTest {
    private static final int[] PROMPT = {1, 87, 85, 261, 201, 328, 28, 281};
    private static final int LONG_PROMPT = 2_000;

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
            assertTrue(session.infer());
            apart = session.logits().clone();
        }
        try (Session session = model.language().newSession(PROMPT.length)) {
            session.feed(PROMPT);
            assertTrue(session.infer());
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
            assertTrue(session.infer());
            return session.logits().clone();
        }
    }

    /** Which of the two comes first is chance, so it is tried until the inference was running. */
    @Test
    @Timeout(60)
    void aRunningInferenceIsCancelled() throws InterruptedException {
        boolean finished = true;
        while (finished) {
            CancelSignal cancel = new CancelSignal();
            CountDownLatch ready = new CountDownLatch(1);
            Thread canceller = new Thread(() -> {
                await(ready);
                cancel.cancel();
            });
            canceller.start();
            try (Session session = model.language().newSession(LONG_PROMPT)) {
                session.stopOn(cancel);
                session.feed(new int[LONG_PROMPT]);
                ready.countDown();
                finished = session.infer();
            }
            canceller.join();
        }
        assertFalse(finished);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
