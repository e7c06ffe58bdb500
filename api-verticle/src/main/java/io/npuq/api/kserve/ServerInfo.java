package io.npuq.api.kserve;

import java.util.List;

/** What this server says of itself. */
public final class ServerInfo {
    /** Its name. */
    public static final String NAME = "npuq";

    /** What it understands beyond the protocol, by Triton's names. */
    public static final List<String> EXTENSIONS = List.of("binary_tensor_data", "parameters", "schedule_policy");

    private static final String UNPACKAGED = "(not packaged)";

    private ServerInfo() {}

    /** Its version, as the jar's manifest says it. */
    public static String version() {
        String packaged = ServerInfo.class.getPackage().getImplementationVersion();
        return packaged == null ? UNPACKAGED : packaged;
    }
}
