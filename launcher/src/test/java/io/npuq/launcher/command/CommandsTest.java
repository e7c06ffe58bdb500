package io.npuq.launcher.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class CommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve", "run", "setup", "submit", "status", "result", "cancel", "jobs", "backup", "restore", "journal",
                "keys", "doctor", "smoke", "models", "pull", "batch", "queue"
            })
    void everyCommandHasAHelpAndStandsInTheHelpOfAll(String command) {
        assertEquals(0, run("--help"));
        assertTrue(out.toString().contains("  " + command + " "), out::toString);
        assertEquals(0, run(command, "--help"));
        assertTrue(out.toString().contains("Usage: npuq " + command), out::toString);
        assertEquals("", err.toString());
    }

    @Test
    void engineIsHidden() {
        assertEquals(0, run("--help"));
        assertFalse(out.toString().contains("engine "), out::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "srve",
                "serve --prot 1",
                "run --job title",
                "submit --job title --input x --priority low",
                "status",
                "status a b",
                "jobs --all",
                "queue mend",
                "queue pause --scope world",
                "backup",
                "journal",
                "journal mend",
                "pull",
                "batch",
                "batch x --lines --csv y",
                "batch x --format pdf",
                "models phi3",
                "keys",
                "keys add"
            })
    void misuseIsExitCode2WithWhereTheHelpIs(String line) {
        assertEquals(2, run(line.isEmpty() ? new String[0] : line.split(" ")));
        assertEquals("", out.toString());
        assertTrue(err.toString().contains("--help"), err::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run --job poem --input x",
                "run --job title --input @/no/such/file",
                "run --job title --input x --max-new-tokens 257",
                "submit --job title --input x --url not-a-url",
                "submit --job title --input x --priority 10",
                "submit --job title --input x --device tpu",
                "submit --job title --input x --deadline-ms 0",
                "status 17",
                "pull ../x",
                "batch /no/such/file",
                "batch - --job poem",
                "batch - --deadline soon",
                "batch - --deadline 8d",
                "batch - --priority 10",
                "batch - --device tpu",
                "batch - --max-new-tokens 257",
                "keys add alice",
                "keys add al!ce --api-keys-file /no/such/file",
                "keys add alice --api-keys-file /no/such/file --priority 10",
                "status job_01KAJ3T0000000000000000000 --api-key-file /no/such/file",
                "backup x --data y --url http://127.0.0.1:1",
                "serve --port 99999"
            })
    void invalidInputIsExitCode2WithOneLine(String line) {
        assertEquals(2, run(line.split(" ")));
        assertEquals(1, err.toString().lines().count(), err::toString);
        assertTrue(err.toString().startsWith("npuq: "), err::toString);
    }

    @Test
    void clientWithoutAServerSaysHowToStartOne() {
        assertEquals(1, run("jobs", "--url", "http://127.0.0.1:1"));
        assertEquals(
                "npuq: no npuq answers at http://127.0.0.1:1; start one with \"npuq serve\", or name another with --url",
                err.toString().strip());
    }

    @Test
    void inputThatIsTooLongOrNoUtf8IsRefused(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("input.txt");
        Files.writeString(file, "x".repeat(6_001));
        assertEquals(2, run("run", "--job", "title", "--input", "@" + file, "--device", "BUILTIN"));
        Files.writeString(file, "ü".repeat(20_000));
        assertEquals(2, run("run", "--job", "title", "--input", "@" + file, "--device", "BUILTIN"));
        Files.write(file, new byte[] {'a', (byte) 0xff});
        assertEquals(2, run("run", "--job", "title", "--input", "@" + file, "--device", "BUILTIN"));
        assertTrue(err.toString().contains("is not UTF-8 text"), err::toString);
    }

    private int run(String... arguments) {
        CommandLine line = Commands.commandLine();
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
