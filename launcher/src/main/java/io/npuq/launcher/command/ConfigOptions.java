package io.npuq.launcher.command;

import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Configuration;
import io.npuq.launcher.config.Setting;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The configuration's flags on a command: one for each setting that matters to it, made from what the setting says of itself. */
final class ConfigOptions {
    @Option(
            names = Configuration.FILE_FLAG,
            paramLabel = "FILE",
            description = "a file with a setting a line, name=value (NPUQ_CONFIG)")
    private @Nullable String file;

    private final List<Setting<?>> settings;
    private final Map<String, OptionSpec> options = new LinkedHashMap<>();

    ConfigOptions(List<Setting<?>> settings) {
        this.settings = settings;
    }

    /** Called by picocli with the command that these options are mixed into. */
    @Spec(Spec.Target.MIXEE)
    void addTo(CommandSpec command) {
        for (Setting<?> setting : settings) {
            OptionSpec option = option(setting);
            options.put(setting.flag(), option);
            command.addOption(option);
        }
    }

    /** What flags, environment and file say. */
    Configuration resolve() throws ConfigException {
        return Configuration.resolve(given(), System.getenv());
    }

    /** The file of API keys, whether it is there yet or not. */
    Optional<Path> apiKeysFile() throws ConfigException {
        return Configuration.apiKeysFile(given(), System.getenv());
    }

    /** Whether the command line says it. */
    boolean isGiven(Setting<?> setting) {
        return given().containsKey(setting.flag());
    }

    /** The given flags once more, for another npuq. */
    List<String> arguments() {
        return given().entrySet().stream()
                .map(flag -> flag.getKey() + "=" + flag.getValue())
                .toList();
    }

    private Map<String, String> given() {
        Map<String, String> given = new LinkedHashMap<>();
        options.forEach((flag, option) -> {
            Object value = option.getValue();
            if (value != null) {
                given.put(flag, value.toString());
            }
        });
        if (file != null) {
            given.put(Configuration.FILE_FLAG, file);
        }
        return given;
    }

    private static OptionSpec option(Setting<?> setting) {
        String shown = setting.describesItsDefault() ? "" : "; default " + setting.defaultText();
        OptionSpec.Builder builder = OptionSpec.builder(setting.flag())
                .type(String.class)
                .paramLabel(setting.label())
                .description(setting.description() + shown);
        return setting.isSwitch()
                ? builder.arity("0..1").fallbackValue("true").build()
                : builder.arity("1").build();
    }
}
