package io.redline.command;

/**
 * Why a command is not sent.
 *
 * @param rule its name, as in docs/architecture.md §5
 * @param sentence what it says, and what to do
 */
public record Refusal(String rule, String sentence) {
}
