package io.npuq.worker.process;

import io.npuq.worker.engine.TestOverride;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of an engine's child process, made from this JVM.
 *
 * <p>Where there is a POSIX shell, the child starts through one line of it, which then becomes the child ({@code exec}: same process
 * id):
 *
 * <ul>
 *   <li>{@code trap ''}: Ctrl-C, a service manager's SIGTERM and a closed terminal reach every process of the group, but the child
 *       must outlive the drain of its parent. A signal that is ignored before {@code exec} stays ignored (POSIX), and a JVM leaves an
 *       ignored SIGINT, SIGTERM or SIGHUP alone. The child ends with its standard input, or by SIGKILL.
 *   <li>{@code 3>&1 1>&2}: frames go through descriptor 3, so that native code that prints to standard output does not spoil them.
 *   <li>{@code ulimit -c 0}: a core dump shows memory, and with it pieces of texts.
 *   <li>{@code oom_score_adj}: a Linux that runs out of memory shall take the engine, not the server.
 * </ul>
 *
 * <p>Elsewhere the child is started as it is, and frames go through standard output.
 */
public final class EngineCommand {
    /** Where the child finds the stream for its frames; without it, that is standard output. */
    static final String FRAMES_PROPERTY = "npuq.engine.frames";

    private static final Path SHELL = Path.of("/bin/sh");
    private static final String SHELL_LINE =
            "trap '' HUP INT TERM; ulimit -c 0; { echo 500 >/proc/self/oom_score_adj; } 2>/dev/null; exec \"$@\" 3>&1 1>&2";

    private EngineCommand() {}

    /**
     * A JVM like this one, with the same class path and test override.
     *
     * @param jvmOptions options of the JVM, such as {@code -Xmx512m}
     * @param mainClass calls {@link EngineServer#onStandardStreams}
     * @param arguments for the main class
     */
    public static List<String> java(List<String> jvmOptions, String mainClass, List<String> arguments) {
        boolean shell = SHELL.toFile().canExecute();
        List<String> command = new ArrayList<>();
        if (shell) {
            command.addAll(List.of(SHELL.toString(), "-c", SHELL_LINE, "npuq-engine"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Out of memory, an engine is lost; half alive, it would let its parent wait for the limit of the call.
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.addAll(jvmOptions);
        if (shell) {
            // A crash report shows memory, and with it pieces of texts.
            command.add("-XX:ErrorFile=/dev/null");
            command.add("-D" + FRAMES_PROPERTY + "=/dev/fd/3");
        }
        TestOverride.ofThisProcess().ifPresent(override -> command.add(override.jvmOption()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        return List.copyOf(command);
    }
}
