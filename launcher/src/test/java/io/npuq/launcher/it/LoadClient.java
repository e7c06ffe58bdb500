package io.npuq.launcher.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * One client under load: submits, cancels, retries and looks, by dice, until its server is gone. Keeps its ledger over servers. What it
 * asked under an idempotency key and heard no answer to, it asks the next server first of all.
 */
final class LoadClient {
    private static final List<String> KINDS = List.of("title", "summary", "notification", "memory_candidate");
    private static final String SENTENCE = "The mail server in Osaka is slow since noon, and Maria has to restart it. ";
    private static final int SENTENCES_MAX = 75;
    private static final int LINES_MAX = 8;

    private final String name;
    private final Random dice;
    private final Ledger ledger = new Ledger();
    private final List<Keyed> answered = new ArrayList<>();
    private Optional<Keyed> unanswered = Optional.empty();
    private int keys;

    LoadClient(String name, long seed) {
        this.name = name;
        this.dice = new Random(seed);
    }

    Ledger ledger() {
        return ledger;
    }

    /**
     * Works until the connection breaks.
     *
     * @param served told of every answer
     */
    void workUntilGone(Client client, CountDownLatch served) {
        try {
            askAgain(client);
            while (true) {
                work(client);
                served.countDown();
            }
        } catch (IOException gone) {
            // What was asked last is in doubt: only what was answered is in the ledger.
        } catch (AssertionError wrongAnswer) {
            ledger.violated(String.valueOf(wrongAnswer.getMessage()));
        }
    }

    /** Asks once more what no server has answered. */
    void askAgain(Client client) throws IOException {
        if (unanswered.isPresent()) {
            send(client, unanswered.get());
        }
    }

    private void work(Client client) throws IOException {
        int die = dice.nextInt(20);
        if (die < 5 || ledger.acknowledged().isEmpty()) {
            ledger.acknowledged(client.submit(job()));
        } else if (die < 9) {
            send(client, new Keyed.One(newKey(), "/v1/jobs", Optional.of(job())));
        } else if (die < 10) {
            send(client, new Keyed.Lines(newKey(), lines()));
        } else if (die < 11 && !answered.isEmpty()) {
            send(client, answered.get(dice.nextInt(answered.size())));
        } else if (die < 13) {
            cancel(client, anyOpen());
        } else if (die < 14) {
            failAndRetry(client);
        } else {
            look(client, die < 18 ? anyOpen() : any());
        }
    }

    private void send(Client client, Keyed request) throws IOException {
        unanswered = Optional.of(request);
        request.send(client, ledger);
        unanswered = Optional.empty();
        answered.add(request);
    }

    private String newKey() {
        return name + "-" + keys++;
    }

    private ObjectNode job() {
        return Client.bounded(KINDS.get(dice.nextInt(KINDS.size())), SENTENCE.repeat(1 + dice.nextInt(SENTENCES_MAX)))
                .put("priority", dice.nextInt(10));
    }

    private List<JsonNode> lines() {
        return Stream.<JsonNode>generate(this::job)
                .limit(1 + dice.nextInt(LINES_MAX))
                .toList();
    }

    private void cancel(Client client, String id) throws IOException {
        Client.Reply reply = client.post("/v1/jobs/" + id + "/cancel");
        ledger.seen(id, reply.status(), reply.body());
    }

    /** The engine in plain Java does not chat: such a job fails, and can be retried. */
    private void failAndRetry(Client client) throws IOException {
        String id = client.submit(Client.chat("Good day.", 8).put("priority", 0));
        ledger.acknowledged(id);
        JsonNode failed = client.awaitEnd(id);
        ledger.seen(id, 200, failed);
        send(client, new Keyed.One(newKey(), "/v1/jobs/" + id + "/retry", Optional.empty()));
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
