package io.npuq.launcher.config;

import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.RemoteConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is said of a remote lane, taken together. The key comes from a file or the environment: a flag would show in the list of processes. */
final class Remote {
    /** The variable that holds the key, where no file does. */
    static final String KEY_ENV = "NPUQ_REMOTE_KEY";

    private static final int KEY_CHARS_MAX = 4096;

    private Remote() {}

    /** The server of a remote lane; empty when there is no such lane. */
    static Optional<RemoteConfig> of(Values values, List<DeviceChoice> lanes, Map<String, String> environment)
            throws ConfigException {
        Optional<URI> base = values.get(Settings.REMOTE_URL);
        if (!lanes.contains(DeviceChoice.REMOTE)) {
            if (base.isPresent()) {
                throw new ConfigException(
                        Settings.REMOTE_URL.flag() + " names a server, but no lane uses it: add REMOTE to "
                                + Settings.LANES.flag() + ", or give " + Settings.FALLBACK_DEVICE.flag() + " REMOTE");
            }
            return Optional.empty();
        }
        Map<String, String> models = values.get(Settings.REMOTE_MODEL);
        if (base.isEmpty() || models.isEmpty()) {
            throw new ConfigException(
                    "a REMOTE lane needs " + Settings.REMOTE_URL.flag() + ", such as http://127.0.0.1:8000/v1, and "
                            + Settings.REMOTE_MODEL.flag() + ", the model's name there");
        }
        return Optional.of(new RemoteConfig(base.get(), models, key(values, environment)));
    }

    private static Optional<String> key(Values values, Map<String, String> environment) throws ConfigException {
        Optional<Path> file = values.get(Settings.REMOTE_KEY_FILE);
        Optional<String> key = Secret.of(values, Settings.REMOTE_KEY_FILE, KEY_ENV, environment);
        if (file.isPresent() && !key.filter(Remote::isKey).isPresent()) {
            throw new ConfigException(Settings.REMOTE_KEY_FILE.flag() + ": " + file.get()
                    + " must hold one key, of visible ASCII characters, and nothing else");
        }
        return key;
    }

    private static boolean isKey(String key) {
        return key.length() <= KEY_CHARS_MAX && key.chars().allMatch(c -> c > ' ' && c < 127);
    }
}
