package io.npuq.launcher.command;

import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Key;
import io.npuq.launcher.config.Settings;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The configuration's flags on a command: one for each {@link Key}, made from what the key says of itself. */
final class ConfigOptions {
    @Option(names = "--config", paramLabel = "FILE", description = "a file with lines of key=value")
    private @Nullable Path file;

    private final Map<Key, OptionSpec> options = new EnumMap<>(Key.class);

    /** Called by picocli with the command that these options are mixed into. */
    @Spec(Spec.Target.MIXEE)
    void addTo(CommandSpec command) {
        for (Key key : Key.values()) {
            OptionSpec option = option(key);
            options.put(key, option);
            command.addOption(option);
        }
    }

    /** What flags, environment and file say. */
    Settings settings() throws ConfigException {
        Map<Key, String> given = new EnumMap<>(Key.class);
        options.forEach((key, option) -> {
            Object value = option.getValue();
            if (value != null) {
                given.put(key, value.toString());
            }
        });
        return Settings.resolve(given, System.getenv(), Optional.ofNullable(file));
    }

    private static OptionSpec option(Key key) {
        String shown = key.defaultText().isEmpty() ? "" : " (default " + key.defaultText() + ")";
        OptionSpec.Builder builder =
                OptionSpec.builder(key.flag()).type(String.class).description(key.description() + shown);
        return key.isSwitch()
                ? builder.arity("0..1")
                        .fallbackValue("true")
                        .paramLabel("true|false")
                        .build()
                : builder.arity("1").paramLabel("VALUE").build();
    }
}
