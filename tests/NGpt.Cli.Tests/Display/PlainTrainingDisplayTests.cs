using NGpt.Cli.Display;
using NGpt.Torch.Training;

namespace NGpt.Cli.Tests.Display;

public sealed class PlainTrainingDisplayTests
{
    [Fact]
    public void A_run_is_shown_in_aligned_lines()
    {
        const string program = "ngpt";
        Assert.Equal(
            $"""
            warning: --su-init [x] has no effect
            reading 354 files
            run:           runs/a b
            model:         nGPT (nano), 144,993 parameters
            shape:         2 layers, 4 heads, width 64, MLP 256, context 64, vocabulary 97
            data:          /texts as characters, 1,234,567 tokens and 12,345 held out
            steps:         7 of 512 tokens, 0.29% of an epoch
            optimizer:     learning rate 0.01 to 0, cosine, no warmup, no weight decay
            saves:         evaluation every 20 steps, checkpoint every 30 steps and at each new best
            device:        cpu, 2 threads, float32
            engine:        plain modules (float32): asked for
            memory:        about 345 MB of 16.0 GB
            start:         fresh parameters; the first loss should be near ln V = 4.5747

            step 1/7  loss 4.5000  lr 1.00e-02  grad norm 0.75    norm error 1e-07  12.3K tok/s  ETA 1m 00s
            step 3/7  loss 3.7500  lr 3.33e-03  grad norm 0.75    norm error 1e-07  12.3K tok/s  ETA 40s
            step 5/7  held out: loss 2.2500, 3.2500 bits per byte, perplexity 9.488, best so far
            step 5/7  saved runs/a b/checkpoints/step-00000005
            step 6/7  loss 2.5000  lr 1.67e-03  grad norm 0.75    norm error 1e-07  12.3K tok/s  ETA 10s
            step 7/7  loss 1.5000  lr 1.43e-03  grad norm 0.75    norm error 1e-07  12.3K tok/s  ETA 0.0s
            step 7/7  held out: loss 2.5000, 3.6000 bits per byte, perplexity 12.18

            result:        finished at step 7
            loss:          2.5000 nats per token on 64 of 192 held-out windows
            perplexity:    12.182
            bits per byte: 3.6000
            best:          loss 2.2500, 3.2500 bits per byte at step 5
            time:          3m 12s
            peak memory:   1.30 GB
            run:           runs/a b

            sample:
            A [sample]
            of "text" – β.

            continue:      {program} train --resume "runs/a b" --steps 14
            evaluate:      {program} eval "runs/a b"
            generate:      {program} generate "runs/a b" --prompt "…"

            """,
            Tell(TrainingStory.Plan()),
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Baseline_has_no_norm_error() => Assert.DoesNotContain("norm err", Tell(TrainingStory.Plan(("arch", "gpt"))));

    [Theory]
    [InlineData(TrainingEnd.Completed, "ngpt train --resume \"runs/a b\" --steps 14\n")]
    [InlineData(TrainingEnd.TimeLimit, "ngpt train --resume \"runs/a b\"\n")]
    [InlineData(TrainingEnd.Stopped, "ngpt train --resume \"runs/a b\"\n")]
    public void The_command_that_continues_is_named(TrainingEnd end, string command) =>
        Assert.Contains(command, Tell(TrainingStory.Plan(), end).ReplaceLineEndings("\n"));

    private static string Tell(TrainingPlan plan, TrainingEnd end = TrainingEnd.Completed)
    {
        using StringWriter output = new();
        using PlainTrainingDisplay display = new(output);
        TrainingStory.Tell(display, plan, end);
        return output.ToString();
    }
}
