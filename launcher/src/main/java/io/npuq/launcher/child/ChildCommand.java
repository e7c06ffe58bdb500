package io.npuq.launcher.child;

import io.npuq.launcher.Main;
import io.npuq.worker.engine.TestOverride;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of this very npuq, to be started again as another process. */
public final class ChildCommand {
    private ChildCommand() {}

    /**
     * That of one of its commands.
     *
     * @param jvm options of the Java that runs it
     */
    public static List<String> of(List<String> jvm, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(jvm);
        TestOverride.ofThisProcess().ifPresent(override -> command.add(override.jvmOption()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
