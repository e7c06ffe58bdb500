package io.npuq.launcher.it;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** One client under load: submits, cancels and looks, by dice, until its server is gone. Keeps its ledger over servers. */
final class LoadClient {
    private static final List<String> KINDS = List.of("title", "summary", "notification", "memory_candidate");
    private static final String SENTENCE = "The mail server in Osaka is slow since noon, and Maria has to restart it. ";
    private static final int SENTENCES_MAX = 75;

    private final Random dice;
    private final Ledger ledger = new Ledger();

    LoadClient(long seed) {
        dice = new Random(seed);
    }

    Ledger ledger() {
        return ledger;
    }

    /**
     * Works until the connection breaks.
     *
     * @param acknowledgements told of every job that was taken
     */
    void workUntilGone(Client client, AtomicInteger acknowledgements) {
        try {
            while (true) {
                int die = dice.nextInt(10);
                if (die < 6 || ledger.acknowledged().isEmpty()) {
                    submit(client);
                    synchronized (acknowledgements) {
                        acknowledgements.incrementAndGet();
                        acknowledgements.notifyAll();
                    }
                } else if (die < 7) {
                    cancel(client, anyOpen());
                } else {
                    look(client, die < 9 ? anyOpen() : any());
                }
            }
        } catch (IOException gone) {
            // What was asked last is in doubt: only what was answered is in the ledger.
        } catch (AssertionError wrongAnswer) {
            ledger.violated(String.valueOf(wrongAnswer.getMessage()));
        }
    }

    private void submit(Client client) throws IOException {
        ObjectNode job = Client.bounded(
                        KINDS.get(dice.nextInt(KINDS.size())), SENTENCE.repeat(1 + dice.nextInt(SENTENCES_MAX)))
                .put("priority", dice.nextInt(10));
        ledger.acknowledged(client.submit(job));
    }

    private void cancel(Client client, String id) throws IOException {
        Client.Reply reply = client.post("/v1/jobs/" + id + "/cancel");
        ledger.seen(id, reply.status(), reply.body());
    }

    private void look(Client client, String id) throws IOException {
        Client.Reply reply = client.get("/v1/jobs/" + id + "?wait_ms=" + dice.nextInt(20));
        ledger.seen(id, reply.status(), reply.body());
    }

    /** One that it has not seen end; the latest are the likeliest to run now. */
    private String anyOpen() {
        List<String> open = ledger.open();
        return open.isEmpty() ? any() : open.get(dice.nextInt(open.size()));
    }

    private String any() {
        return List.copyOf(ledger.acknowledged())
                .get(dice.nextInt(ledger.acknowledged().size()));
    }
}
