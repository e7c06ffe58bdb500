package io.npuq.launcher.command;

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

    private static PrintWriter utf8(FileDescriptor file) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(file), StandardCharsets.UTF_8), true);
    }
}
