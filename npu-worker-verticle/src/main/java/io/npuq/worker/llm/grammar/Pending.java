package io.npuq.worker.llm.grammar;

/** A state that is worked out when it is reached: shapes hold themselves, and so a document has no last state to begin with. */
interface Pending extends State {
    /** What it stands for. */
    State open();

    @Override
    default State next(int next) {
        return open().next(next);
    }

    @Override
    default int forced() {
        return open().forced();
    }

    @Override
    default boolean mayEnd() {
        return open().mayEnd();
    }
}
