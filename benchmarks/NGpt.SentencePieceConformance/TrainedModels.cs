namespace NGpt.SentencePieceConformance;

/// <summary>Models of every kind that spm_train makes.</summary>
internal static class TrainedModels
{
    private static readonly (string Name, string Options)[] Kinds =
    [
        ("bpe", "--model_type=bpe --vocab_size=4000"),
        ("bpe-identity-bytes", "--model_type=bpe --vocab_size=4000 --normalization_rule_name=identity --byte_fallback --remove_extra_whitespaces=false --split_digits --allow_whitespace_only_pieces --character_coverage=0.99"),
        ("bpe-nfkc-cf-user", "--model_type=bpe --vocab_size=3000 --normalization_rule_name=nfkc_cf --user_defined_symbols=<user>,[SEP],ing,the --control_symbols=<pad>,<mask> --byte_fallback"),
        ("bpe-suffix", "--model_type=bpe --vocab_size=2000 --treat_whitespace_as_suffix --character_coverage=0.98"),
        ("bpe-across-spaces", "--model_type=bpe --vocab_size=3000 --split_by_whitespace=false --add_dummy_prefix=false --normalization_rule_name=nfkc --remove_extra_whitespaces=false"),
        ("bpe-no-prefix", "--model_type=bpe --vocab_size=3000 --add_dummy_prefix=false --normalization_rule_name=nmt_nfkc_cf --split_by_unicode_script=false"),
        ("unigram", "--model_type=unigram --vocab_size=4000"),
        ("unigram-identity-bytes", "--model_type=unigram --vocab_size=4000 --normalization_rule_name=identity --byte_fallback --remove_extra_whitespaces=false --split_digits --allow_whitespace_only_pieces --character_coverage=0.99"),
        ("unigram-nfkc-cf-user", "--model_type=unigram --vocab_size=3000 --normalization_rule_name=nfkc_cf --user_defined_symbols=<user>,[SEP],ing,the --control_symbols=<pad>,<mask> --eos_piece=<end>"),
        ("unigram-suffix", "--model_type=unigram --vocab_size=2000 --treat_whitespace_as_suffix --character_coverage=0.98"),
        ("unigram-across-spaces", "--model_type=unigram --vocab_size=3000 --split_by_whitespace=false --add_dummy_prefix=false --normalization_rule_name=nfkc --remove_extra_whitespaces=false --byte_fallback"),
    ];

    /// <summary>Trains them.</summary>
    /// <returns>Their files.</returns>
    public static IEnumerable<string> Train(string folder, string text)
    {
        foreach ((string name, string options) in Kinds)
        {
            string prefix = Path.Combine(folder, name);
            Native.Run("spm_train", [$"--input={text}", $"--model_prefix={prefix}", "--num_threads=2", "--minloglevel=2", "--max_sentence_length=20000", .. options.Split(' ')]);
            yield return prefix + ".model";
        }
    }
}
