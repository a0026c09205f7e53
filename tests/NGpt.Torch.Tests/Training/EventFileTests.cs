using System.Buffers.Binary;
using NGpt.Torch.Training;
using Tensorboard;

namespace NGpt.Torch.Tests.Training;

public sealed class EventFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_has_the_records_of_the_format()
    {
        using (EventFile file = EventFile.Open(_folder.Path, (_, _) => true))
        {
            file.Add("train/loss", 2.5, 7);
        }

        byte[] bytes = File.ReadAllBytes(Files().Single());
        Event[] events = [.. Records(bytes).Select(data => Event.Parser.ParseFrom(data))];
        Assert.Equal(2, events.Length);
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal((7, "train/loss", 2.5f), (events[1].Step, events[1].Summary.Value[0].Tag, events[1].Summary.Value[0].SimpleValue));
        double now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        Assert.All(events, message => Assert.InRange(message.WallTime, now - 600, now + 1));
    }

    // The check value of CRC-32C, rotated and offset as the format says.
    [Fact]
    public void The_checksum_is_the_masked_one() => Assert.Equal(BitRotated(0xE3069283) + 0xa282ead8, EventFile.Checksum("123456789"u8));

    [Fact]
    public void A_resumed_run_has_one_file_in_which_every_step_occurs_once()
    {
        using (EventFile first = EventFile.Open(_folder.Path, (_, _) => true))
        {
            for (int step = 1; step <= 5; step++)
            {
                first.Add("train/loss", step, step);
                first.Add("val/loss", step, step);
            }
        }

        using (EventFile second = EventFile.Open(_folder.Path, (tag, step) => step <= (tag == "val/loss" ? 2 : 3)))
        {
            second.Add("train/loss", 40, 4);
        }

        string file = Files().Single();
        Assert.Equal([(1L, 1f), (2, 2), (3, 3), (4, 40)], Points(file, "train/loss"));
        Assert.Equal([(1L, 1f), (2, 2)], Points(file, "val/loss"));
        double[] times = [.. EventFile.Read(file).Select(scalar => scalar.WallTime)];
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public void Texts_stay_when_a_run_is_resumed()
    {
        using (EventFile first = EventFile.Open(_folder.Path, (_, _) => true))
        {
            first.AddText("train/sample", "One.\nTwo.", 3);
            first.AddText("train/sample", "later", 5);
        }

        EventFile.Open(_folder.Path, (_, step) => step <= 3).Dispose();
        Event[] events = [.. Records(File.ReadAllBytes(Files().Single())).Select(data => Event.Parser.ParseFrom(data))];
        Assert.Equal(2, events.Length);
        Summary.Types.Value value = events[1].Summary.Value.Single();
        Assert.Equal((3, "train/sample", "text"), (events[1].Step, value.Tag, value.Metadata.PluginData.PluginName));
        Assert.Equal("    One.\n    Two.", value.Tensor.StringVal.Single().ToStringUtf8());
    }

    [Fact]
    public void Files_of_earlier_parts_become_one_and_a_torn_record_is_dropped()
    {
        string[] parts = ["events.out.tfevents.0000000001.a", "events.out.tfevents.0000000002.a"];
        for (int part = 0; part < 2; part++)
        {
            using TemporaryFolder other = new();
            using (EventFile file = EventFile.Open(other.Path, (_, _) => true))
            {
                file.Add("train/loss", part, 1);
                file.Add("train/loss", part, 2 + part);
                file.Add("train/loss", part, 9);
            }

            byte[] bytes = File.ReadAllBytes(Directory.GetFiles(other.Path).Single());
            File.WriteAllBytes(_folder.File(parts[part]), bytes[..^3]);
        }

        EventFile.Open(_folder.Path, (_, _) => true).Dispose();
        string kept = Files().Single();
        Assert.Equal(parts[0], Path.GetFileName(kept));
        Assert.Equal([(2L, 0f), (1, 1), (3, 1)], Points(kept, "train/loss"));
    }

    [Fact]
    public void A_damaged_or_foreign_file_is_read_up_to_the_damage()
    {
        using (EventFile file = EventFile.Open(_folder.Path, (_, _) => true))
        {
            for (int step = 0; step < 20; step++)
            {
                file.Add("train/loss", step, step);
            }
        }

        byte[] good = File.ReadAllBytes(Files().Single());
        string path = _folder.File("damaged");
        Random random = new(1);
        for (int i = 0; i < 500; i++)
        {
            byte[] damaged = [.. good];
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, damaged);
            (long, float)[] points = Points(path, "train/loss");
            Assert.Equal(Enumerable.Range(0, points.Length).Select(step => ((long)step, (float)step)), points);
            Assert.InRange(points.Length, 0, 19);
        }

        File.WriteAllBytes(path, [.. BitConverter.GetBytes(ulong.MaxValue), 1, 2, 3, 4]);
        Assert.Empty(EventFile.Read(path));
    }

    private static uint BitRotated(uint value) => (value >> 15) | (value << 17);

    private static (long, float)[] Points(string file, string tag) =>
        [.. EventFile.Read(file).Where(scalar => scalar.Tag == tag).Select(scalar => (scalar.Step, scalar.Value))];

    private static IEnumerable<byte[]> Records(byte[] bytes)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            yield return bytes[(at + 12)..(at + 12 + length)];
            at += 16 + length;
        }
    }

    private string[] Files() => Directory.GetFiles(_folder.Path, "events.out.tfevents.*");
}
