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

    // Small enough for the tests. The whole character map of nmt_nfkc is in one of them; another has rules of its own.
    private static readonly (string Name, string Options)[] SmallKinds =
    [
        ("bpe-identity-bytes", "--model_type=bpe --vocab_size=900 --normalization_rule_name=identity --byte_fallback --remove_extra_whitespaces=false --split_digits --allow_whitespace_only_pieces"),
        ("bpe-rules-user", "--model_type=bpe --vocab_size=500 --normalization_rule_tsv=rules.tsv --user_defined_symbols=<user>,[SEP],ing,the --control_symbols=<pad>,<mask> --character_coverage=0.99"),
        ("bpe-across-spaces", "--model_type=bpe --vocab_size=500 --split_by_whitespace=false --add_dummy_prefix=false --normalization_rule_name=identity --remove_extra_whitespaces=false"),
        ("bpe-suffix", "--model_type=bpe --vocab_size=400 --treat_whitespace_as_suffix --normalization_rule_name=identity --character_coverage=0.98"),
        ("unigram-nmt-nfkc", "--model_type=unigram --vocab_size=600"),
        ("unigram-rules-user-bytes", "--model_type=unigram --vocab_size=800 --normalization_rule_tsv=rules.tsv --user_defined_symbols=<user>,[SEP],ing,the --byte_fallback --eos_piece=<end>"),
        ("unigram-across-spaces", "--model_type=unigram --vocab_size=500 --split_by_whitespace=false --treat_whitespace_as_suffix --normalization_rule_name=identity --remove_extra_whitespaces=false"),
    ];

    // Code points to replace, and what by: a ligature, a full-width letter, a composition, a space, a tab that goes, capitals.
    private const string Rules = "FB01\t66 69\nFF46\t66\n65 301\tE9\n65\t65\n61 308 323\t1EA1 308\n3000\t20\n9\t\n54 48 45\t74 68 65\n1F999\t6C 6C 61 6D 61 20\nA0\t20\n";

    /// <summary>Trains the small models of the tests.</summary>
    /// <returns>Their files.</returns>
    public static IEnumerable<string> TrainSmall(string folder, string text)
    {
        File.WriteAllText(Path.Combine(folder, "rules.tsv"), Rules);
        return Train(folder, text, SmallKinds);
    }

    /// <summary>Trains models of every kind.</summary>
    /// <returns>Their files.</returns>
    public static IEnumerable<string> Train(string folder, string text) => Train(folder, text, Kinds);

    private static IEnumerable<string> Train(string folder, string text, IEnumerable<(string Name, string Options)> kinds)
    {
        foreach ((string name, string options) in kinds)
        {
            // Relative names, since models keep them.
            Native.Run(folder, "spm_train", [$"--input={Path.GetFileName(text)}", $"--model_prefix={name}", "--num_threads=2", "--minloglevel=2", "--max_sentence_length=20000", .. options.Split(' ')]);
            yield return Path.Combine(folder, name + ".model");
        }
    }
}
