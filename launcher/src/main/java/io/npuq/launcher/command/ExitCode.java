package io.npuq.launcher.command;

/** Exit codes that scripts may rely on. */
final class ExitCode {
    /** All went well. */
    static final int OK = 0;

    /** It could not be done. */
    static final int FAILED = 1;

    /** The input, the command line or the configuration is wrong. */
    static final int INVALID_INPUT = 2;

    /** {@code run}: the model cannot be loaded, or generation fails. */
    static final int NO_GENERATION = 3;

    /** {@code run}: text was made, but the NPU is not proven. */
    static final int NPU_UNPROVEN = 4;

    /** {@code serve}: it stopped at once, because nobody knew any more what is on disk. Any command: a bug. */
    static final int BUG = 70;

    private ExitCode() {}
}
