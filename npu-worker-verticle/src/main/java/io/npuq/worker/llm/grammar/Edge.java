package io.npuq.worker.llm.grammar;

/** Where nothing may come. */
public enum Edge implements State {
    /** The document is whole. */
    END,
    /** There is no such document. */
    DEAD;

    @Override
    public State next(int next) {
        return DEAD;
    }

    @Override
    public int forced() {
        return FREE;
    }

    @Override
    public boolean mayEnd() {
        return this == END;
    }
}
