package io.npuq.launcher.it;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/** A client that always has a few short jobs under way, and now and then cancels one, until it is stopped. Keeps its ledger. */
final class EngineLoad implements Runnable {
    private static final List<String> KINDS = List.of("title", "summary", "notification", "memory_candidate");
    private static final String TEXT = "The mail server in Osaka is slow since noon, and Maria has to restart it.";
    private static final int OPEN_MAX = 4;
    private static final int TOKENS_MAX = 12;
    private static final int CANCEL_ONE_IN = 20;

    private final Client client;
    private final Random dice;
    private final Ledger ledger = new Ledger();
    private volatile boolean stopped;

    EngineLoad(Client client, long seed) {
        this.client = client;
        this.dice = new Random(seed);
    }

    /** What it knows; once its thread has ended. */
    Ledger ledger() {
        return ledger;
    }

    /** Submits nothing more, and waits for the end of what is under way. */
    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        try {
            while (!stopped || !ledger.open().isEmpty()) {
                if (!stopped && ledger.open().size() < OPEN_MAX) {
                    ledger.acknowledged(client.submit(job()));
                } else {
                    look(ledger.open().get(dice.nextInt(ledger.open().size())));
                }
            }
        } catch (IOException | AssertionError wrongAnswer) {
            ledger.violated("the server did not answer as it should: " + wrongAnswer);
        }
    }

    private ObjectNode job() {
        return Client.bounded(KINDS.get(dice.nextInt(KINDS.size())), TEXT)
                .put("max_new_tokens", 1 + dice.nextInt(TOKENS_MAX))
                .put("priority", dice.nextInt(10));
    }

    private void look(String id) throws IOException {
        Client.Reply reply = dice.nextInt(CANCEL_ONE_IN) == 0
                ? client.post("/v1/jobs/" + id + "/cancel")
                : client.get("/v1/jobs/" + id + "?wait_ms=50");
        ledger.seen(id, reply.status(), reply.body());
    }
}
