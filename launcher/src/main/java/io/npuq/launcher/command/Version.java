package io.npuq.launcher.command;

import io.npuq.scheduler.journal.Journal;
import picocli.CommandLine.IVersionProvider;

/** The version, as the jar's manifest says it, and what to know of this npuq beside it. The packages' scripts read the journal's format here. */
final class Version implements IVersionProvider {
    /** What a class directory says, which has no manifest. */
    private static final String UNPACKAGED = "(not packaged)";

    @Override
    public String[] getVersion() {
        return new String[] {
            "npuq " + text(),
            "journal format " + Journal.FORMAT + ", Java " + System.getProperty("java.version") + ", "
                    + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }

    static String text() {
        String packaged = Version.class.getPackage().getImplementationVersion();
        return packaged == null ? UNPACKAGED : packaged;
    }
}
