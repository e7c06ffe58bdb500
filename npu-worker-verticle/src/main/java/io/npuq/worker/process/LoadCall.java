package io.npuq.worker.process;

import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import io.npuq.worker.engine.EngineInfo;

/** Has a child load its model. */
record LoadCall(EngineChild child, ProcessSettings settings) {
    EngineInfo run() throws EngineException {
        try {
            child.send(new Message.Load(settings.load()));
        } catch (FrameException e) {
            throw new EngineException(
                    Kind.MODEL_UNAVAILABLE, "the engine's settings are too long: " + e.getMessage(), e);
        }
        Message answer = new Waiting(child).within(settings.loadTimeout(), "load its model");
        if (answer instanceof Message.Loaded loaded) {
            return loaded.info();
        }
        if (answer instanceof Message.Failed failed && failed.call() == Message.LOAD_CALL) {
            throw Waiting.failed(child, failed);
        }
        throw Waiting.strange(child, answer);
    }
}
