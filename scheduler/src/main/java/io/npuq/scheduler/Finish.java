package io.npuq.scheduler;

/** What became of a finish or a recover. */
public enum Finish {
    /** It is on disk. */
    RECORDED,
    /** The queue had given this attempt up before: nothing was changed. */
    FENCED
}
