package io.npuq.worker.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuietWatchTest {
    private final AtomicLong tick = new AtomicLong();
    private final Path file;
    private final BusyCounter counter;
    private final QuietWatch watch;

    QuietWatchTest(@TempDir Path directory) {
        file = directory.resolve("counter");
        counter = BusyCounter.of(Optional.of(file));
        watch = new QuietWatch(counter, tick::get);
    }

    @BeforeEach
    void counterIsThere() throws IOException {
        busy("1000");
    }

    @Test
    void aCounterThatStoodStillIsQuiet() {
        watch.beginIdle();
        pass(Duration.ofMillis(100));
        assertEquals(Optional.of(true), watch.endIdle(counter.readUs()));
    }

    @Test
    void aCounterThatGrewIsNot() throws IOException {
        watch.beginIdle();
        pass(Duration.ofMillis(100));
        busy("1001");
        assertEquals(Optional.of(false), watch.endIdle(counter.readUs()));
    }

    @Test
    void growthLongBeforeTheJobSaysNothingAboutIt() throws IOException {
        watch.beginIdle();
        busy("9000");
        for (int i = 0; i < 20; i++) {
            pass(QuietWatch.SAMPLE_EVERY);
            watch.sample();
        }
        assertEquals(Optional.of(true), watch.endIdle(counter.readUs()));
    }

    @Test
    void growthInTheMiddleOfALongIdleTimeIsSeenWhileItIsInTheWindow() throws IOException {
        watch.beginIdle();
        for (int i = 0; i < 20; i++) {
            pass(QuietWatch.SAMPLE_EVERY);
            busy(i < 17 ? "1000" : "1500");
            watch.sample();
        }
        assertEquals(Optional.of(false), watch.endIdle(counter.readUs()));
    }

    @Test
    void withoutAnIdleWindowNothingIsKnown() {
        assertEquals(Optional.empty(), watch.endIdle(counter.readUs()));
        watch.beginIdle();
        pass(Duration.ofMillis(1));
        assertEquals(Optional.empty(), watch.endIdle(counter.readUs()), "too short");
        pass(Duration.ofMinutes(1));
        watch.sample();
        assertEquals(Optional.empty(), watch.endIdle(counter.readUs()), "not idle any more");
    }

    @Test
    void aCounterThatCannotBeReadOrJumpedBackSaysNothing() throws IOException {
        busy("none");
        watch.beginIdle();
        busy("1000");
        pass(Duration.ofMillis(100));
        assertEquals(Optional.empty(), watch.endIdle(counter.readUs()));
        watch.beginIdle();
        pass(Duration.ofMillis(100));
        busy("5");
        assertEquals(Optional.empty(), watch.endIdle(counter.readUs()));
    }

    private void pass(Duration time) {
        tick.addAndGet(time.toNanos());
    }

    private void busy(String content) throws IOException {
        Files.writeString(file, content);
    }
}
