package io.npuq.worker.process;

import io.npuq.schema.CancelSignal;
import java.time.Duration;

/** A parent to be killed: prints its child's process id, and generates for ever. */
public final class ParentOfScriptedChild {
    private ParentOfScriptedChild() {}

    public static void main(String[] arguments) throws Exception {
        try (ProcessEngine engine = ScriptedChild.engine(Duration.ofMinutes(10))) {
            engine.load();
            engine.generate(ScriptedChild.script("pid deaf"), System.out::print, new CancelSignal());
        }
    }
}
