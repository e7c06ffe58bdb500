package io.npuq.launcher.command;

import picocli.CommandLine.IVersionProvider;

/** The version, as the jar's manifest says it. */
final class Version implements IVersionProvider {
    /** What a class directory says, which has no manifest. */
    private static final String UNPACKAGED = "(not packaged)";

    @Override
    public String[] getVersion() {
        return new String[] {"npuq " + text()};
    }

    static String text() {
        String packaged = Version.class.getPackage().getImplementationVersion();
        return packaged == null ? UNPACKAGED : packaged;
    }
}
