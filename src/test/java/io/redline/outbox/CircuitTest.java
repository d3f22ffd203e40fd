package io.redline.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.redline.outbox.Claimed.Lane;

/** When an endpoint as a whole is to blame. */
class CircuitTest {

    private final Circuit circuit = new Circuit(Duration.ofSeconds(1), Duration.ofSeconds(8));

    @Test
    void chatsThatFailAmongOthersThatDoNotAreToBlameThemselves() {
        for (int i = 0; i < 50; i++) {
            assertThat(circuit.failed(chat(i % 4), true, i)).isTrue();
            if (i % 4 == 3) {
                circuit.answered();
            }
        }
        assertThat(circuit.allows(7, 100)).isEqualTo(7);
    }

    @Test
    void fewChatsAreNotTheEndpoint() {
        for (int i = 0; i < 50; i++) {
            assertThat(circuit.failed(chat(i % 2), true, i)).isTrue();
        }
        assertThat(circuit.isOpen()).isFalse();
    }

    @Test
    void whereNobodyIsThere_oneChatIsEnoughToKnow() {
        for (int i = 0; i < 4; i++) {
            assertThat(circuit.failed(chat(1), false, i)).isTrue();
        }
        assertThat(circuit.failed(chat(1), false, 4)).isFalse();
        assertThat(circuit.isOpen()).isTrue();
    }

    @Test
    void nobodyThereNowAndThen_isNotTheEndpoint() {
        for (int i = 0; i < 50; i++) {
            assertThat(circuit.failed(chat(1), i % 4 == 0, i)).isTrue();
        }
        assertThat(circuit.isOpen()).isFalse();
    }

    @Test
    void severalChatsInARowOpenIt_andOneProbeAtATimeIsLetThrough() {
        fail(0);
        assertThat(circuit.isOpen()).isTrue();
        assertThat(circuit.allows(7, 999)).isZero();
        assertThat(circuit.allows(7, 1_000)).isEqualTo(1);
        circuit.probe();
        assertThat(circuit.allows(7, 1_000)).isZero();

        assertThat(circuit.failed(chat(9), true, 1_000)).isFalse();
        assertThat(circuit.allows(7, 2_999)).isZero();
        assertThat(circuit.allows(7, 3_000)).isEqualTo(1);
    }

    @Test
    void stragglersOfBeforeDoNotPutTheProbeOff() {
        fail(0);
        for (int i = 0; i < 20; i++) {
            assertThat(circuit.failed(chat(i), true, 10)).isFalse();
        }
        assertThat(circuit.allows(7, 1_000)).isEqualTo(1);
    }

    @Test
    void theTimeBetweenProbesHasALongest() {
        fail(0);
        long now = 0;
        for (int i = 0; i < 20; i++) {
            now += 100_000;
            circuit.probe();
            circuit.failed(chat(1), true, now);
        }
        assertThat(circuit.allows(7, now + 7_999)).isZero();
        assertThat(circuit.allows(7, now + 8_000)).isEqualTo(1);
    }

    @Test
    void anAnswerClosesIt() {
        fail(0);
        circuit.probe();
        assertThat(circuit.answered()).isTrue();
        assertThat(circuit.isOpen()).isFalse();
        assertThat(circuit.answered()).isFalse();
    }

    @Test
    void whatTheEndpointAsksForIsHonoured() {
        circuit.holdUntil(5_000);
        assertThat(circuit.allows(7, 4_999)).isZero();
        assertThat(circuit.isClosed(4_999)).isFalse();
        assertThat(circuit.allows(7, 5_000)).isEqualTo(7);
    }

    private void fail(long now) {
        for (int i = 0; i < 5; i++) {
            circuit.failed(chat(i % 3), true, now);
        }
    }

    private static Lane chat(int number) {
        return new Lane(1, "chat-" + number);
    }
}
