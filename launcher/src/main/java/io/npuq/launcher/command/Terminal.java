package io.npuq.launcher.command;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command speaks: results to standard output, everything else to standard error; both in UTF-8, whatever the locale says. */
record Terminal(PrintWriter out, PrintWriter err) {
    static Terminal of(CommandSpec command) {
        return new Terminal(
                command.commandLine().getOut(), command.commandLine().getErr());
    }

    static void connect(CommandLine line) {
        line.setOut(utf8(FileDescriptor.out)).setErr(utf8(FileDescriptor.err));
    }

    /** A line of the result. */
    void print(String line) {
        out.println(line);
        out.flush();
    }

    /** A line about what happens. */
    void say(String line) {
        synchronized (err) {
            err.println(line);
            err.flush();
        }
    }

    /** Whether a person looks on, so that a line may change in place. Since Java 22 there is a console also where there is no terminal, and it can be asked. */
    @SuppressWarnings("SystemConsoleNull") // what follows is for that
    static boolean isInteractive() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    private static PrintWriter utf8(FileDescriptor file) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(file), StandardCharsets.UTF_8), true);
    }
}
