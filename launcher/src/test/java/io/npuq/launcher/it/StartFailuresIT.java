package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that cannot start says why in one line, names what to do, and ends with the right code. */
final class StartFailuresIT {
    private static final int FAILED = 1;
    private static final int INVALID_INPUT = 2;

    @TempDir
    Path home;

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            String line = failure(FAILED, Npuq.in(home).start("serve", "--device", "BUILTIN", "--port", port));
            assertTrue(line.contains(port) && line.contains("in use"), line);
        }
    }

    @Test
    void aDataDirectoryInUseNamesItsHolder() {
        try (ServerProcess first = Npuq.in(home).serve("--device", "BUILTIN")) {
            String line = failure(FAILED, Npuq.in(home).startServe("--device", "BUILTIN"));
            assertTrue(line.contains("in use by another npuq (process " + first.pid() + ")"), line);
            assertTrue(line.contains(home.resolve("data").toString()) && line.contains("--data"), line);
            assertTrue(first.isAlive(), "the first one goes on");
        }
    }

    @Test
    void aDataDirectoryThatCannotBeMadeIsNamed() throws IOException {
        Path data = Files.createFile(home.resolve("file")).resolve("data");
        String line = failure(FAILED, Npuq.in(home).startServe("--device", "BUILTIN", "--data", data.toString()));
        assertTrue(line.contains(data.toString()) && line.contains("--data"), line);
    }

    @Test
    void aMissingModelDirectoryIsNamed() {
        Path model = home.resolve("no-such-model");
        ServerProcess server = Npuq.in(home).startServe("--model", model.toString());
        try (server) {
            assertEquals(FAILED, server.exitCode(), server::errors);
        }
        List<String> complaints =
                server.errors().lines().filter(l -> l.startsWith("npuq: ")).toList();
        assertEquals(1, complaints.size(), server::errors);
        assertTrue(complaints.get(0).contains("there is no model \"" + model + "\""), server::errors);
        assertTrue(complaints.get(0).contains("npuq pull"), server::errors);
        assertNoTrace(server);
    }

    @Test
    void aFullDiskIsToldInMegabytes() throws Exception {
        Path small = Files.createDirectory(home.resolve("small"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=16m", "npuq-test", small.toString()) == 0,
                "a small disk can be mounted by root only");
        try {
            String line = failure(FAILED, Npuq.in(home).startServe("--device", "BUILTIN", "--data", small + "/data"));
            assertTrue(line.contains(small.toString()) && line.contains("MiB free") && line.contains("--data"), line);
        } finally {
            assertEquals(0, run("umount", small.toString()));
        }
    }

    @Test
    void anUnknownOptionIsNamed() {
        try (ServerProcess server = Npuq.in(home).startServe("--devise", "CPU")) {
            assertEquals(INVALID_INPUT, server.exitCode());
            assertTrue(server.errors().lines().findFirst().orElse("").contains("'--devise'"), server::errors);
            assertNoTrace(server);
        }
    }

    @Test
    void aBadValueIsNamedWithItsSourceAndWhatIsAllowed() {
        String flag = failure(INVALID_INPUT, Npuq.in(home).start("serve", "--port", "http"));
        assertEquals("npuq: --port is \"http\"; it must be a whole number from 0 to 65535", flag);
        String environment = failure(
                INVALID_INPUT,
                Npuq.in(home).with("NPUQ_INFERENCE_TIMEOUT", "soon").startServe());
        assertTrue(environment.contains("NPUQ_INFERENCE_TIMEOUT is \"soon\"; it must be a duration"), environment);
        String range = failure(INVALID_INPUT, Npuq.in(home).start("serve", "--port", "70000"));
        assertTrue(range.contains("port") && range.contains("65535"), range);
    }

    /** The one line on standard error of a command that must end with that code. */
    private static String failure(int exitCode, ServerProcess command) {
        try (command) {
            assertEquals(exitCode, command.exitCode(), command::errors);
            List<String> lines = command.errors().lines().toList();
            assertEquals(1, lines.size(), command::errors);
            assertTrue(lines.get(0).startsWith("npuq: "), lines.get(0));
            return lines.get(0);
        }
    }

    private static void assertNoTrace(ServerProcess server) {
        assertTrue(server.errors().lines().noneMatch(line -> line.startsWith("\tat ")), server::errors);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }
}
