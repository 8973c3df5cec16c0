package dev.slipway.server.http;

import java.util.Locale;
import java.util.Optional;

/** What MLflow's scoring server takes, by the request's content type. */
enum ScoringType {
    JSON,
    CSV,
    /** As SageMaker's clients write tables, named as RFC 4180 has it. */
    CSV_WITHOUT_HEADER;

    static final String EXPECTED =
            "application/json or text/csv, with no parameter but charset=utf-8, or header=absent for text/csv";

    /** The type of a request; empty if it is none of these, or has parameters that mean something else. */
    static Optional<ScoringType> of(Exchange exchange) {
        return exchange.requestHeader("content-type").flatMap(ScoringType::parse);
    }

    private static Optional<ScoringType> parse(String contentType) {
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", 8);
        Optional<ScoringType> type = switch (parts[0].strip()) {
            case "application/json" -> Optional.of(JSON);
            case "text/csv" -> Optional.of(CSV);
            default -> Optional.empty();
        };
        for (int i = 1; i < parts.length && type.isPresent(); i++) {
            type = withParameter(type.get(), parts[i].replace("\"", "").replace(" ", ""));
        }
        return type;
    }

    private static Optional<ScoringType> withParameter(ScoringType type, String parameter) {
        return switch (parameter) {
            case "charset=utf-8" -> Optional.of(type);
            case "header=present" -> type == CSV ? Optional.of(type) : Optional.empty();
            case "header=absent" -> type == JSON ? Optional.empty() : Optional.of(CSV_WITHOUT_HEADER);
            default -> Optional.empty();
        };
    }
}
