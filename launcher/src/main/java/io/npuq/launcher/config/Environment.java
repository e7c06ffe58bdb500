package io.npuq.launcher.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Variables of the environment that look meant for npuq: what cannot be obeyed is said, not passed over. */
final class Environment {
    private static final String MOCK = Setting.NPU_PROXY + "REAL_INFERENCE";
    private static final Set<String> NO = Set.of("0", "false", "no", "off");

    /** Read elsewhere: by the set-up, by ./npuq, and by the commands that call a server. */
    private static final Set<String> OTHERS = Set.of(
            "NPUQ_PYTHON",
            "NPUQ_JAVA_OPTS",
            "NPUQ_URL",
            "NPUQ_API_KEY",
            "NPUQ_API_KEY_FILE",
            "NPUQ_CA_CERT",
            Configuration.FILE_ENV,
            Remote.KEY_ENV,
            Store.PASSWORD_ENV,
            MOCK);

    private Environment() {}

    /** npu-proxy's mock mode makes texts up; nobody who asks for it would get it here unnoticed. */
    static void refuseMock(Map<String, String> environment) throws ConfigException {
        String value = environment.getOrDefault(MOCK, "");
        if (NO.contains(value.strip().toLowerCase(Locale.ROOT))) {
            throw new ConfigException(
                    MOCK + " is \"" + value
                            + "\", which asks for a mock: npuq has none, everything it answers was really made; unset it, or set it to 1");
        }
    }

    /** A sentence for each variable that says nothing to this npuq. */
    static List<String> warnings(Map<String, String> environment) {
        Set<String> known = Stream.concat(
                        Settings.ALL.stream().map(Setting::env),
                        Settings.ALL.stream().flatMap(setting -> setting.otherEnv().stream()))
                .collect(Collectors.toSet());
        return new TreeMap<>(environment)
                .keySet().stream()
                        .filter(name -> name.startsWith("NPUQ_") || name.startsWith(Setting.NPU_PROXY))
                        .filter(name -> !known.contains(name) && !OTHERS.contains(name))
                        .map(name -> name + " is set, but this npuq has no such setting: it changes nothing")
                        .toList();
    }
}
