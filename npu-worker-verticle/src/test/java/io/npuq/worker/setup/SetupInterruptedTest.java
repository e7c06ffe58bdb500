package io.npuq.worker.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SetupInterruptedTest {
    @TempDir
    Path dir;

    TinySetup tiny;

    @BeforeEach
    void makePackages() throws IOException, SetupException {
        tiny = new TinySetup(dir).withPython();
    }

    @AfterEach
    void closeIndex() {
        tiny.close();
    }

    @Test
    void killedWhileFetchingItGoesOnWithThePackageThatWasMissing() throws Exception {
        killAt(TinyIndex.path("tinyconverter"));

        Installed installed = tiny.ensure();

        assertEquals("<net/>", Files.readString(installed.modelDir().resolve("openvino_model.xml")));
        assertEquals(1, tiny.index.fetches("openvino"), "fetched before the kill, and kept");
        assertEquals(2, tiny.index.fetches("tinyconverter"));
    }

    @Test
    void killedWhileConvertingItConvertsAgainAndFetchesNothing() throws Exception {
        killAt("/converting");

        Installed installed = tiny.ensure();

        assertEquals("<net/>", Files.readString(installed.modelDir().resolve("openvino_model.xml")));
        for (String name : List.of("openvino", "tinyconverter", "tinymodel")) {
            assertEquals(1, tiny.index.fetches(name), name);
        }
    }

    @Test
    void endedAfterItsLastStepTheNextStartTidiesUp() throws Exception {
        tiny.ensure();
        Path work = Files.createDirectories(tiny.home.cache().resolve("setup/python-of-then"));
        tiny.environment.put("NPUQ_PYTHON", "/nowhere/python3");

        tiny.ensure();

        assertFalse(Files.exists(work.getParent()));
    }

    @Test
    void othersWaitForTheProcessThatSetsUpAndFindItDone() throws Exception {
        TinyIndex.Gate gate = tiny.index.hold("/converting");
        Process other = tiny.inOtherJvm();
        gate.arrived().await();
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        FutureTask<Installed> first = ensureInThread(lines);
        assertTrue(lines.take().startsWith("waiting: process " + other.pid() + " is setting up npuq"));
        FutureTask<Installed> second = ensureInThread(lines);
        assertEquals("waiting: another thread of this process is setting up npuq", lines.take());

        gate.release().countDown();

        assertEquals(0, other.waitFor(), () -> "see " + dir.resolve("other-jvm.txt"));
        assertEquals(first.get(), second.get());
        assertEquals(0, lines.size(), "nothing was left to do");
        assertEquals(1, tiny.index.fetches("tinymodel"));
    }

    private FutureTask<Installed> ensureInThread(BlockingQueue<String> lines) {
        FutureTask<Installed> task = new FutureTask<>(() -> tiny.ensure(lines::add));
        Thread thread = new Thread(task, "other-set-up");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** Kills a set-up's JVM when it asks the index for a path, and waits until all that it had started is gone too. */
    private void killAt(String path) throws InterruptedException, IOException {
        TinyIndex.Gate gate = tiny.index.hold(path);
        Process other = tiny.inOtherJvm();
        gate.arrived().await();
        List<ProcessHandle> started = other.descendants().toList();
        assertTrue(started.size() >= 2, "its guard, and the child that asks");
        other.destroyForcibly();
        other.waitFor();
        started.forEach(handle -> handle.onExit().join());
        gate.release().countDown();
    }
}
