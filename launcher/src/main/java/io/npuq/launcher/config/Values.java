package io.npuq.launcher.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** A value for every setting, each of them allowed. */
public final class Values {
    private final Map<String, Given> given;

    private Values(Map<String, Given> given) {
        this.given = given;
    }

    static Values of(Layers layers) throws ConfigException {
        Map<String, Given> given = new LinkedHashMap<>();
        for (Setting<?> setting : Settings.ALL) {
            Given value = layers.find(setting);
            if (setting.parse(value.text()).isEmpty()) {
                throw refused(setting, value);
            }
            given.put(setting.name(), value);
        }
        return new Values(given);
    }

    static ConfigException refused(Setting<?> setting, Given value) {
        return new ConfigException(value.origin() + " is \"" + value.text() + "\"; it must be "
                + setting.type().allowed());
    }

    /** The setting's value. */
    <T> T get(Setting<T> setting) {
        return setting.parse(given(setting).text()).orElseThrow();
    }

    /** Whether somebody gave this setting a value. */
    boolean isGiven(Setting<?> setting) {
        return !given(setting).origin().equals(Layers.DEFAULT);
    }

    /** A line a setting: name, value, where it came from. */
    public String table() {
        int names = Settings.ALL.stream().mapToInt(s -> s.name().length()).max().orElse(1);
        int texts =
                given.values().stream().mapToInt(v -> v.text().length()).max().orElse(1);
        StringBuilder lines = new StringBuilder();
        given.forEach((name, value) -> lines.append(name)
                .append(" ".repeat(names + 2 - name.length()))
                .append(value.text())
                .append(" ".repeat(texts + 2 - value.text().length()))
                .append(value.origin())
                .append('\n'));
        return lines.toString();
    }

    private Given given(Setting<?> setting) {
        Given value = given.get(setting.name());
        if (value == null) {
            throw new IllegalArgumentException(setting.name() + " is missing in the table of settings");
        }
        return value;
    }
}
