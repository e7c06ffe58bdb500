package io.npuq.launcher.config;

import io.npuq.worker.setup.NpuqHome;
import io.npuq.worker.setup.SetupException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where values come from: flags over environment over other programs' environment over file over defaults. */
final class Layers {
    /** The origin of a value that nobody gave. */
    static final String DEFAULT = "default";

    private final Map<String, String> flags;
    private final Map<String, String> environment;
    private final String fileName;
    private final Map<String, String> lines;

    private Layers(
            Map<String, String> flags, Map<String, String> environment, String fileName, Map<String, String> lines) {
        this.flags = flags;
        this.environment = environment;
        this.fileName = fileName;
        this.lines = lines;
    }

    static Layers read(Map<String, String> flags, Map<String, String> environment) throws ConfigException {
        Optional<String> file = Optional.ofNullable(flags.get(Configuration.FILE_FLAG))
                .or(() -> variable(environment, Configuration.FILE_ENV));
        if (file.isEmpty()) {
            return new Layers(flags, environment, "", Map.of());
        }
        Map<String, String> lines = ConfigFile.read(path(file.get()));
        for (String name : lines.keySet()) {
            if (Settings.ALL.stream().noneMatch(setting -> setting.name().equals(name))) {
                throw new ConfigException("the configuration file " + file.get() + " sets \"" + name
                        + "\", which is no setting; npuq serve --print-config lists them");
            }
        }
        return new Layers(flags, environment, file.get(), lines);
    }

    private static Path path(String file) throws ConfigException {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new ConfigException(Configuration.FILE_FLAG + " is no path: " + e.getMessage(), e);
        }
    }

    /** The value of the first layer that has one. */
    Given find(Setting<?> setting) throws ConfigException {
        Optional<Given> given = given(setting);
        return given.isPresent() ? given.get() : new Given(defaultText(setting), DEFAULT);
    }

    private Optional<Given> given(Setting<?> setting) {
        return Optional.ofNullable(flags.get(setting.flag()))
                .map(text -> new Given(text, setting.flag()))
                .or(() -> variable(environment, setting.env()).map(text -> new Given(text, setting.env())))
                .or(() -> setting.otherEnv()
                        .flatMap(name -> variable(environment, name).map(text -> new Given(text, name))))
                .or(() -> Optional.ofNullable(lines.get(setting.name()))
                        .map(text -> new Given(text, setting.name() + " in " + fileName)));
    }

    private String defaultText(Setting<?> setting) throws ConfigException {
        String text = setting.defaultText();
        if (!text.startsWith(Settings.HOME_MARK)) {
            return text;
        }
        String home = setting.equals(Settings.HOME) ? systemHome() : homeText();
        return home + text.substring(Settings.HOME_MARK.length());
    }

    private String homeText() throws ConfigException {
        Given home = find(Settings.HOME);
        return Settings.HOME
                .parse(home.text())
                .map(Path::toString)
                .orElseThrow(() -> Values.refused(Settings.HOME, home));
    }

    private String systemHome() throws ConfigException {
        try {
            return NpuqHome.resolve(environment).dir().toString();
        } catch (SetupException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    /** A variable that is set to nothing is not set. */
    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
    }
}
