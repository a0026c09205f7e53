namespace NGpt.Server.Http;

/// <summary>
/// Fields of other servers that would change the answer and that this server does not have. They are rejected by name,
/// unless their value changes nothing. Fields that are in none of the lists are ignored.
/// </summary>
internal static class UnsupportedFields
{
    private const string NoTools = "the model cannot call tools";
    private const string NoGrammar = "use response_format with a JSON schema";
    private const string NoSampler = "use temperature, top_k, top_p or min_p";
    private const string NoBeams = "every choice is sampled by itself; best_of of /v1/completions returns the most probable ones";
    private const string NoTemplate = "the server's --chat-template decides";
    private const string TextOnly = "the model reads and writes text";

    /// <summary>Name, reason or remedy, and the values as JSON that change nothing; without those, false and what is empty.</summary>
    public static IReadOnlyList<(string Name, string Why, string[] Neutral)> All { get; } =
    [
        ("tools", NoTools, []),
        ("tool_choice", NoTools, ["\"none\"", "\"auto\""]),
        ("functions", NoTools, []),
        ("function_call", NoTools, ["\"none\"", "\"auto\""]),
        ("grammar", NoGrammar, []),
        ("ebnf", NoGrammar, []),
        ("regex", NoGrammar, []),
        ("guided_regex", NoGrammar, []),
        ("guided_grammar", NoGrammar, []),
        ("guided_choice", $"{NoGrammar} of type string with enum", []),
        ("guided_whitespace_pattern", "JSON texts have at most one space after colons and commas", []),
        ("logits_processors", "use logit_bias", []),
        ("allowed_token_ids", "use logit_bias", []),
        ("bad_words", "use logit_bias", []),
        ("min_new_tokens", "use min_tokens", ["0"]),
        ("max_new_tokens", "use max_tokens", []),
        ("stop_regex", "use stop", []),
        ("include_stop_str_in_output", "a stop string is never part of the text", []),
        ("typical_p", NoSampler, ["1"]),
        ("tfs_z", NoSampler, ["1"]),
        ("top_a", NoSampler, ["0"]),
        ("top_n_sigma", NoSampler, ["-1", "0"]),
        ("xtc_probability", NoSampler, ["0"]),
        ("dry_multiplier", NoSampler, ["0"]),
        ("dynatemp_range", NoSampler, ["0"]),
        ("mirostat", NoSampler, ["0"]),
        ("samplers", "their order is fixed: penalties, top_k, top_p, min_p, temperature", []),
        ("no_repeat_ngram_size", "use repeat_penalty", ["0"]),
        ("use_beam_search", NoBeams, []),
        ("num_beams", NoBeams, ["1"]),
        ("length_penalty", NoBeams, ["1"]),
        ("n_probs", "use logprobs", ["0"]),
        ("prompt_logprobs", "use echo and logprobs of /v1/completions", []),
        ("truncate_prompt_tokens", "shorten the prompt", ["-1"]),
        ("add_special_tokens", "prompts are encoded as the model was trained", ["true"]),
        ("skip_special_tokens", "special tokens have no text", ["true"]),
        ("spaces_between_special_tokens", "special tokens have no text", ["true"]),
        ("t_max_predict_ms", "the server's --timeout decides", ["0", "-1"]),
        ("n_indent", "use a prompt or a JSON schema", ["0"]),
        ("lora", "the server has one model", []),
        ("chat_template", NoTemplate, []),
        ("chat_template_kwargs", NoTemplate, []),
        ("add_generation_prompt", NoTemplate, ["true"]),
        ("continue_final_message", NoTemplate, []),
        ("documents", "put their text into a message", []),
        ("modalities", TextOnly, ["[\"text\"]"]),
        ("audio", TextOnly, []),
        ("image_data", TextOnly, []),
        ("web_search_options", "the model cannot search", []),
        ("reasoning_effort", "the model has no reasoning mode", ["\"none\""]),
        ("verbosity", "use max_tokens", ["\"medium\""]),
    ];

    /// <summary>Rejects those that are given.</summary>
    public static void Reject(JsonFields fields)
    {
        foreach ((string name, string why, string[] neutral) in All)
        {
            fields.RejectUnsupported(name, why, neutral);
        }
    }
}
