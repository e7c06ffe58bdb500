package io.npuq.worker.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChildTest {
    private static final Map<String, String> PATH = Map.of("PATH", System.getenv("PATH"));

    @Test
    void outputAndErrorsComeLineByLineWithTheExitCode() throws IOException {
        List<String> lines = new ArrayList<>();

        Child child = Child.run(
                List.of("sh", "-c", "echo one; echo two >&2; exit 3"), PATH, Duration.ofMinutes(1), lines::add);

        assertEquals(new Child(3, false), child);
        assertEquals(List.of("one", "two"), lines);
    }

    @Test
    void childThatPassesItsLimitIsEndedWithWhatItStarted() throws IOException {
        List<String> lines = new ArrayList<>();

        Child child =
                Child.run(List.of("sh", "-c", "sleep 600 & echo $!; wait"), PATH, Duration.ofMillis(500), lines::add);

        assertTrue(child.timedOut());
        ProcessHandle.of(Long.parseLong(lines.get(0)))
                .ifPresent(orphan -> orphan.onExit().join());
    }

    @Test
    void programThatIsNotThereIsAnError() {
        assertThrows(
                IOException.class,
                () -> Child.run(List.of("/nowhere/program"), PATH, Duration.ofMinutes(1), line -> {}));
    }
}
