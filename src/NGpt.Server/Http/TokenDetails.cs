using System.Text.Json;
using NGpt.Core.Tokenizers;
using NGpt.Server.Scheduling;

namespace NGpt.Server.Http;

/// <summary>Writes <c>token_details</c>, an extension: tokens with ids, bytes, probabilities, alternatives, and the path of the hidden state.</summary>
internal static class TokenDetails
{
    /// <summary>Writes the field.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<TokenScore> scores, ITokenizer tokenizer, int top)
    {
        json.WriteStartArray("token_details");
        foreach (TokenScore score in scores)
        {
            json.WriteStartObject();
            WriteChoice(json, score.Chosen, tokenizer);
            json.WriteStartArray("top");
            foreach (TokenChoice alternative in score.Top.Take(top))
            {
                json.WriteStartObject();
                WriteChoice(json, alternative, tokenizer);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (score.Angles is float[] angles)
            {
                json.WriteStartArray("angles");
                foreach (float angle in angles)
                {
                    // A model that has left the numbers has no angle; JSON has no word for it.
                    if (float.IsFinite(angle))
                    {
                        json.WriteNumberValue(angle);
                    }
                    else
                    {
                        json.WriteNullValue();
                    }
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteChoice(Utf8JsonWriter json, TokenChoice choice, ITokenizer tokenizer)
    {
        json.WriteNumber("id", choice.Token);
        json.WriteString("text", TokenText.Name(tokenizer, choice.Token));
        json.WriteStartArray("bytes");
        foreach (byte value in TokenText.Bytes(tokenizer, choice.Token))
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
        if (double.IsNaN(choice.LogProbability))
        {
            json.WriteNull("probability");
        }
        else
        {
            json.WriteNumber("probability", Math.Exp(choice.LogProbability));
        }
    }
}
