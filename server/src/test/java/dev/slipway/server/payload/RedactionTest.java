package dev.slipway.server.payload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Double quotes are written as single ones. */
final class RedactionTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    age    | {'instances':[{'age':4,'name':'a'}]}               | {'instances':[{'age':'[redacted]','name':'a'}]}
                    age    | {'inputs':{'age':[4],'name':['a']}}                | {'inputs':{'age':'[redacted]','name':['a']}}
                    age    | {'inputs':[{'name':'age','shape':[1],'data':[4]}]} | {'inputs':[{'name':'age','shape':[1],'data':'[redacted]'}]}
                    age    | {'inputs':[{'name':'age','contents':{'f':[4]}}]}   | {'inputs':[{'name':'age','contents':'[redacted]'}]}
                    age    | {'inputs':[{'name':'b'}],'raw_input_contents':[1]} | {'inputs':[{'name':'b'}],'raw_input_contents':'[redacted]'}
                    age    | {'dataframe_split':{'columns':['b','age'],'data':[[1,2],[3,4]]}} | {'dataframe_split':{'columns':['b','age'],'data':[[1,'[redacted]'],[3,'[redacted]']]}}
                    age    | {'dataframe_split':{'data':[[1,2]]}}               | {'dataframe_split':{'data':'[redacted]'}}
                    age    | {'dataframe_records':[{'age':1,'b':2}]}            | {'dataframe_records':[{'age':'[redacted]','b':2}]}
                    age    | [{'age':1},{'b':{'age':2}}]                        | [{'age':'[redacted]'},{'b':{'age':'[redacted]'}}]
                    only   | {'instances':[[1]]}                                | '[redacted]'
                    /a/0/b | {'a':[{'b':1},{'b':2}]}                            | {'a':[{'b':'[redacted]'},{'b':2}]}
                    /a/*/b | {'a':[{'b':1},{'b':2,'c':3}]}                      | {'a':[{'b':'[redacted]'},{'b':'[redacted]','c':3}]}
                    /a/*   | {'a':[1,2]}                                        | {'a':['[redacted]','[redacted]']}
                    /x~1y  | {'x/y':1}                                          | {'x/y':'[redacted]'}
                    /a/b/c | {'a':1}                                            | {'a':1}
                    """)
    void takesOut(String redact, String body, String expected) throws JsonProcessingException {
        Redaction redaction = new Redaction(List.of(redact));

        assertThat(redaction.apply(JSON.readTree(body.replace('\'', '"')), List.of("only")))
                .isEqualTo(JSON.readTree(expected.replace('\'', '"')));
    }
}
