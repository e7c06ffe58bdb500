package io.npuq.worker.setup;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The environment of pip and Python: how the index is reached is the user's to say; what is installed, and where, is not. */
final class PipEnvironment {
    private static final Set<String> PIP_SETTINGS_OF_THE_USER = Set.of(
            "PIP_INDEX_URL",
            "PIP_EXTRA_INDEX_URL",
            "PIP_NO_INDEX",
            "PIP_FIND_LINKS",
            "PIP_TRUSTED_HOST",
            "PIP_CERT",
            "PIP_CLIENT_CERT",
            "PIP_PROXY",
            "PIP_RETRIES",
            "PIP_RESUME_RETRIES",
            "PIP_TIMEOUT",
            "PIP_DEFAULT_TIMEOUT",
            "PIP_KEYRING_PROVIDER",
            "PIP_USE_FEATURE",
            "PIP_USE_DEPRECATED",
            "PIP_CONFIG_FILE");

    private PipEnvironment() {}

    /**
     * Made of the user's.
     *
     * @param temp where the child puts temporary files, so that none outlive an interrupted set-up
     */
    static Map<String, String> of(Map<String, String> user, Path temp) {
        Map<String, String> environment = new TreeMap<>();
        user.forEach((name, value) -> {
            if (passes(name.toUpperCase(Locale.ROOT))) {
                environment.put(name, value);
            }
        });
        environment.put("PIP_NO_INPUT", "1");
        environment.put("PIP_USER", "0");
        environment.put("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        environment.put("PYTHONNOUSERSITE", "1");
        environment.put("PYTHONUNBUFFERED", "1");
        environment.put("PYTHONUTF8", "1");
        environment.put("TMPDIR", temp.toString());
        environment.put("TEMP", temp.toString());
        environment.put("TMP", temp.toString());
        return environment;
    }

    private static boolean passes(String name) {
        if (name.startsWith("PIP_")) {
            return PIP_SETTINGS_OF_THE_USER.contains(name);
        }
        return !name.startsWith("PYTHON") && !name.equals("VIRTUAL_ENV") && !name.equals("TMP") && !name.equals("TEMP");
    }
}
