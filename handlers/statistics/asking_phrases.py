"""The phrases of questions for figures by what they mean, with their tones (tables only)."""

from typing import Final

FIGURES: Final = {
    "learners": """
        người học, số người học, bao nhiêu người học, người học tập, học viên, người đi học,
        người lớn học, người lớn đi học, người lớn tham gia, người đã học, người tham gia học,
        người vào học, người theo học, bà con học, bà con đi học, bà con tham gia,
        bà con đã học, dân học, người dân học, người tham gia, số người tham gia, người học bài,
        có ai học, mấy ai học, số học viên, người có học, lượng người học, bà con vào học
    """,
    "active": """
        đang hoạt động, người hoạt động, người đang hoạt động, còn hoạt động, đang học,
        người đang học, còn học, đang theo học, còn đang học, vẫn học, người dùng hoạt động,
        học viên hoạt động, hoạt động trong 30 ngày, thường xuyên học, học thường xuyên
    """,
    "lessons": """
        lượt học, lượt, số lượt, số lượt học, lượt học bài, lượt bài, lượt bài học, bài đã học,
        lượt làm bài, lượt người học, lượt tham gia học, học bao nhiêu lượt, học mấy lượt,
        lượt học tập
    """,
    "completers": """
        hoàn thành, hoàn thành mô đun, hoàn thành module, hoàn thành modun, xong modun, mô đun,
        học xong, xong, người học xong, người xong, xong mô đun, người hoàn thành,
        đã hoàn thành, hoàn tất, xong module, học hết, hoàn thành khóa học,
        hoàn thành chương trình, hoàn thành bài học, học xong mô đun, hoàn thành học phần,
        học xong hết
    """,
    "basic": """
        mức cơ bản, mức độ cơ bản, đạt cơ bản, đạt mức cơ bản, chuẩn cơ bản, trình độ cơ bản,
        cơ bản, đạt mức độ cơ bản, đạt chuẩn cơ bản, người đạt mức cơ bản, kỹ năng cơ bản
    """,
    "sessions": """
        buổi, số buổi, buổi học, số buổi học, hoạt động, số hoạt động, số buổi hoạt động,
        lớp học, buổi tổ chức, buổi đã tổ chức, số lớp, số lớp học, buổi sinh hoạt, mấy lớp,
        bao nhiêu lớp, buổi học tập, buổi hoạt động, buổi học và hoạt động, buổi hướng dẫn
    """,
    "heads": """
        lượt dự, lượt dự buổi, lượt tham dự, lượt người dự, lượt người tham dự, lượt dự học,
        lượt dự buổi học, số lượt dự, người dự, người dự buổi, người tham dự, người đến dự,
        người đi dự, lượt đến dự, lượt tham gia buổi, lượt người dự buổi, bà con dự,
        người dự học, lượt dự các buổi, lượt người đến dự, lượt đi dự, người dự buổi học,
        lượt người tham gia, lượt tham gia, lượt có mặt, lượt người, số lượt người, dự buổi,
        dự buổi học, dự các buổi, tham dự, đến dự
    """,
    "share": """
        tỷ lệ, tỷ lệ người học, tỷ lệ học, tỷ lệ tham gia, tỷ lệ phần trăm, phần trăm,
        phần trăm người học, phần trăm dân học, phần trăm người lớn học, phần trăm người lớn,
        tỷ lệ người tham gia, phần trăm bà con học, phần trăm người tham gia,
        tỷ lệ người lớn học, phần trăm số người lớn, tỷ lệ người học trên người lớn,
        tỷ lệ học tập, tỷ lệ tham gia học, tỷ lệ phần trăm người học, tỷ lệ người dân học,
        phần trăm bà con, tỷ lệ bà con học, tỷ lệ người lớn, phần trăm người dân,
        phần trăm người dân học
    """,
    "right": """
        trả lời đúng, tỷ lệ trả lời đúng, tỷ lệ đúng, làm đúng, câu đúng, tỷ lệ câu đúng,
        tỷ lệ câu trả lời đúng, câu trả lời đúng, phần trăm đúng, phần trăm trả lời đúng,
        làm bài đúng, tỷ lệ làm đúng, tỷ lệ phần trăm đúng, phần trăm câu đúng,
        trả lời đúng câu hỏi, trả lời câu hỏi đúng, tỷ lệ trả lời đúng câu hỏi,
        làm trắc nghiệm đúng, độ chính xác, trắc nghiệm đúng, đúng trắc nghiệm,
        tỷ lệ làm bài đúng, điểm đúng
    """,
    "adults": """
        người lớn, số người lớn, người trưởng thành, số người trưởng thành, dân số trưởng thành,
        tổng số người lớn, người từ 15 tuổi trở lên, người từ 18 tuổi trở lên
    """,
}
WEAK: Final = {
    "right": "đúng",
    "learners": "người, số người, bà con, người dân, dân, mọi người, số bà con",
}
ORDERS: Final = {
    "lowest": """
        thấp nhất, kém nhất, ít nhất, yếu nhất, chậm nhất, bét nhất, đứng cuối, cuối bảng,
        đội sổ, từ thấp đến cao, từ thấp lên cao, từ thấp tới cao, thấp đến cao, thấp lên cao,
        tăng dần, đứng chót, xếp cuối, bét, đứng bét, chót, ít người nhất, ít học nhất,
        từ ít đến nhiều, chót bảng, từ dưới lên, thấp trước, lẹt đẹt nhất, ì ạch nhất,
        từ nhỏ đến lớn, cuối cùng
    """,
    "highest": """
        cao nhất, nhiều nhất, tốt nhất, giỏi nhất, dẫn đầu, đứng đầu, đông nhất, mạnh nhất,
        khá nhất, từ cao xuống thấp, từ cao đến thấp, từ cao tới thấp, cao xuống thấp,
        cao đến thấp, giảm dần, nhất xã, hàng đầu, đầu bảng, đông người nhất, từ nhiều đến ít,
        nhất bảng, cao trước, đứng nhất, đứng thứ nhất, xếp nhất, xếp thứ nhất, lớn nhất,
        từ lớn đến nhỏ, nhiều xuống ít, chăm nhất, chăm học nhất, tích cực nhất, sôi nổi nhất
    """,
    "improved": """
        tiến bộ nhất, tiến bộ, tăng nhiều nhất, tăng nhanh nhất, tăng mạnh nhất, cải thiện nhất,
        cải thiện nhiều nhất, tiến bộ nhiều nhất, tiến bộ nhanh nhất, tiến nhanh nhất,
        tăng cao nhất, vươn lên nhất, vươn lên nhiều nhất, tăng trưởng nhất, tăng tốt nhất,
        tăng nhất, vượt lên nhiều nhất, vươn lên mạnh nhất, bứt phá nhất, bứt phá,
        tiến bộ rõ nhất
    """,
}
DEGREES: Final = {
    "lowest": "ít, thấp, kém, yếu, chậm",
    "highest": "nhiều, cao, tốt, đông, khá, mạnh",
    "improved": "tăng",
}
FILES: Final = {
    "excel": """
        excel, xuất excel, file excel, file, xuất file, tệp, tệp excel, bảng tính, bảng excel,
        xuất, tải về, tải file, tải excel, xuất dữ liệu, xuất số liệu, xuất bảng,
        file bảng tính, bảng tính excel, tải xuống, tải, bản excel, tải về máy, xuất tệp,
        tệp bảng tính, sheet, exell
    """,
    "chart": """
        biểu đồ, vẽ biểu đồ, hình, cái hình, tấm hình, bức hình, hình ảnh, ảnh, cái ảnh,
        tấm ảnh, bức ảnh, đồ thị, vẽ hình, vẽ đồ thị, sơ đồ, hình vẽ, ảnh biểu đồ, biểu đồ cột,
        biểu đồ đường, ảnh so sánh, vẽ, biểu đồ hình, một hình, một ảnh, 1 ảnh, 1 hình,
        hình biểu đồ, chart, ảnh chụp biểu đồ, xuất ảnh, xuất hình, ảnh gửi nhóm, hình gửi nhóm
    """,
}
OTHER: Final = """
        dân số, số dân, buổi nào, lượt nào, người nào, ai, ngày nào, tháng nào, tuần nào,
        quý nào, năm nào, báo cáo nào, bài nào
    """
RANK: Final = """
        thứ tự các, thứ tự xếp hạng, xếp hạng, xếp thứ hạng, thứ hạng, bảng xếp hạng, xếp thứ tự
    """
TREND: Final = """
        diễn biến, xu hướng, theo tháng, theo tuần, theo từng tháng, theo từng tuần, từng tháng,
        từng tuần, hàng tháng, hàng tuần, hằng tháng, hằng tuần, mỗi tháng, mỗi tuần,
        qua các tháng, qua các tuần, qua từng tháng, qua từng tuần, các tháng, các tuần,
        biến động, tăng giảm, tăng hay giảm, theo thời gian, theo ngày, từng ngày, hàng ngày,
        hằng ngày, theo quý, từng quý, các quý, qua các quý, tháng qua tháng, theo các tháng,
        theo các tuần, tiến triển, chuyển biến, lên xuống, so các tháng, so sánh các tháng,
        mấy tháng, thay đổi, tăng giảm thế nào, tăng hay giảm thế nào, biến đổi, biến thiên,
        tăng trưởng, diễn tiến
    """
OVERVIEW: Final = """
        thống kê, số liệu, thống kê học tập, số liệu học, số liệu học tập, kết quả học tập,
        kết quả học, tình hình học tập, tình hình học, tổng quan, tổng hợp, bảng tổng hợp,
        con số, thống kê số liệu, số liệu thống kê, dữ liệu, phong trào học, phong trào học tập,
        phong trào, tình hình tham gia, tiến độ, tiến độ học, tiến độ học tập,
        tình hình học hành
    """
ALL: Final = """
        toàn xã, cả xã, toàn bộ xã, toàn thể xã, tất cả các đơn vị, tất cả đơn vị,
        toàn bộ các đơn vị, chung toàn xã, khắp xã, toàn địa bàn, toàn bộ địa bàn, trọn xã,
        tổng toàn xã, chung cả xã
    """
XA: Final = """
        xã, xã mình, xã ta, xã nhà, xã này, xã chúng ta, xã chúng tôi, địa bàn xã, địa bàn,
        trên địa bàn xã, trên địa bàn, xã em, xã tôi, xã mình đây, xã chúng mình, tính chung,
        tất cả, toàn bộ, toàn thể
    """
UNITS_OF_ANY_KIND: Final = """
        đơn vị nào, nơi nào, đâu, chỗ nào, các đơn vị, từng đơn vị, mỗi đơn vị, theo đơn vị,
        những đơn vị nào, ở đâu, những nơi nào, các nơi, đơn vị, chỗ mô
    """
VERSUS: Final = """so với, so sánh với, đối chiếu với, so cùng"""
SILENT: Final = """
        cho, tôi, em, anh, chị, bác, cháu, mình, chúng tôi, chúng ta, chúng em, tui, con, cô,
        chú, ông, bà, ạ, à, ơi, nhé, nha, nhá, nghe, nào, đi, với, vậy, thế, đấy, đó, đây, này,
        kia, thôi, nhỉ, hả, hở, ha, hen, nghen, nè, luôn, giúp, giùm, dùm, hộ tôi, hộ em,
        hộ mình, hộ anh, hộ chị, hộ cái, hộ nhé, hộ với, xem, xem hộ, coi, hỏi, cần, muốn, xin,
        nhờ, vui lòng, làm ơn, phiền, trợ lý, trợ lý ơi, bot, bạn, biết, được, đã, đang, có, là,
        thì sao, thì thế nào, của, ở, tại, trong, cùng, và, về, đến giờ, tính đến nay, tới nay,
        đến nay, đến thời điểm này, hiện nay, hiện tại, bây giờ, hiện, tới giờ, lúc này, rồi,
        bao nhiêu, mấy, bao lăm, số, tổng, tổng số, tổng cộng, bao nhiêu rồi, cộng, thế nào,
        thế nào rồi, như thế nào, ra sao, sao, sao rồi, làm sao, thế sao, gì, những gì, nào rồi,
        ra thế nào, đạt, đạt được, đạt bao nhiêu, lấy, gửi, gửi nhóm, gửi vào nhóm,
        gửi lên nhóm, đăng nhóm, đăng lên nhóm, đưa vào nhóm, cho nhóm, lên nhóm, vào nhóm,
        nhóm, gửi zalo, gửi nhóm zalo, nhóm zalo, nhóm xóm, gửi qua zalo, gửi anh, gửi cho anh,
        gửi chị, gửi em, gửi tôi, gửi lại, gửi ngay, so sánh, so, cái, chiếc, bản, bảng, tờ,
        danh sách, liệt kê, kể, nêu, nói, báo, cho biết, cho hỏi, cho xem, cho xin, báo cáo,
        báo cáo nhanh, để báo cáo, làm báo cáo, phục vụ báo cáo, chi tiết, cụ thể, nhanh, gấp,
        cần gấp, ngay, ngay nhé, ngay bây giờ, rõ, đầy đủ, giùm tôi, giúp tôi, giúp em, bí thư,
        chủ tịch, phó chủ tịch, lãnh đạo, sếp, cấp trên, yêu cầu, để họp, để giao ban, họp,
        giao ban, chuẩn bị họp, phục vụ họp, họp giao ban, để đi họp, chiều họp, mai họp,
        sáng mai họp, để, chào, xin chào, chào trợ lý, chào em, chào bạn, chào bot, alo, dạ,
        vâng, thưa, ừ, ờ, ok, oke, cảm ơn, cám ơn, xin cảm ơn, cảm ơn nhé, cảm ơn em,
        cảm ơn bạn, cảm ơn trợ lý, cảm ơn nhiều, làm ơn cho, theo, từng, lên, ra, vào, bên,
        phía, khu vực, địa phương, hết, học, học tập, tham gia, đi học, kết quả, tình hình,
        thông tin, cả, nhìn, kiểm tra, kiểm tra giúp, tra, tra cứu, tra giúp, tóm tắt, giùm em,
        cái nhé, cái nào, cái xem, xếp, sắp xếp, hiển thị, tính, đếm, trợ lý số, ngày giờ,
        thời gian, trong thời gian, chung, khoảng, trong khoảng, vào khoảng, thời điểm, mục,
        phần, người ta, người khác, hoạt động học, hôm, bữa, lại, xem nữa, nữa nhé, thử, tý, tí,
        chút, xíu, phát, một chút, một tí, một cái, 1 cái, giai đoạn nào, thôi nhé, thôi ạ,
        giữa, lẫn, chính xác, học được, tổng kết, tỉnh, huyện, tỉnh cần, huyện cần, tỉnh hỏi,
        cấp trên hỏi, xã hỏi, ủy ban cần, ủy ban yêu cầu, họp xóm, họp chi bộ, hội nghị,
        họp ủy ban, e, c, v, r, các, những, tính đến hôm nay, zalo, tổ chức, tổ chức được,
        đã tổ chức, học hành, check, check giúp, hồi, vào hồi, đến hôm nay, sáng mai, chiều mai,
        tối mai, sáng mai cần, chiều nay cần, chiều nay họp, sáng nay họp, tối nay họp,
        ngày mai họp, mai cần, đồng chí, các đồng chí, các bác, các anh, mọi người xem,
        bà con xem, cho bà con xem, cho bà con, các anh chị, gửi bà con, để gửi nhóm, để gửi,
        thi đua, bằng, dạng, dưới dạng, kiểu, thành, định dạng, loại, kèm, kèm theo, thống nhất
    """
NOUNS_OF_KINDS: Final = {
    "xom": "xóm, thôn, thôn xóm, xóm thôn, tổ dân phố, hamlet, khu dân cư",
    "truong_hoc": "trường, trường học, nhà trường, trường lớp",
    "mttq_ctxh": """
        hội, đoàn thể, hội đoàn thể, hội đoàn, tổ chức hội, tổ chức đoàn thể,
        tổ chức chính trị xã hội, hội và đoàn thể, đoàn hội, tổ chức hội đoàn thể,
        ban ngành đoàn thể, chi hội, tổ chức chính trị, mặt trận và đoàn thể,
        mặt trận và các đoàn thể, mttq và đoàn thể, mặt trận tổ quốc và các đoàn thể,
        mttq và các đoàn thể
    """,
    "doanh_nghiep": """
        doanh nghiệp, công ty, doanh nghiệp hợp tác xã, cơ sở kinh doanh, hợp tác xã,
        doanh nghiệp và hợp tác xã, htx, doanh nghiệp và htx, công ty và hợp tác xã,
        cơ sở sản xuất
    """,
    "co_quan": "cơ quan, cơ quan đơn vị, phòng ban, cơ quan nhà nước, cơ quan xã",
}
MAKE: Final = "tạo, lập, làm, tạo giúp, lập giúp, làm giúp"
PLURALS: Final = (
    "các",
    "từng",
    "mỗi",
    "những",
    "theo từng",
    "theo",
    "tất cả các",
    "toàn bộ các",
    "khối",
    "khối các",
    "mấy",
    "tất cả",
    "giữa các",
    "so sánh các",
    "mọi",
    "các khối",
    "toàn bộ",
    "tất cả những",
    "chia theo",
    "cả khối",
    "nhóm",
    "loại",
    "so sánh",
    "xếp hạng",
)
ALONE: Final = """
        trường học, nhà trường, đoàn thể, hội đoàn thể, hội đoàn, tổ chức hội, doanh nghiệp,
        mặt trận và đoàn thể, mặt trận và các đoàn thể, mặt trận tổ quốc và các đoàn thể,
        mttq và các đoàn thể, mttq và đoàn thể, cơ quan, tổ chức chính trị xã hội, hợp tác xã,
        thôn xóm, các cơ quan đơn vị
    """
ANY_KIND: Final = frozenset({("don", "vi"), ("noi",), ("cho",)})
NUMBERS: Final = """
        không một hai ba bốn tư năm sáu bảy bẩy tám chín mười mươi mốt lăm i ii iii iv top xóm x
    """
OF_TIMES: Final = """
        hôm nay qua kia ngày tuần tháng trước rồi vừa ngoái quý giai đoạn kỳ báo cáo nửa đầu
        cuối giữa năm trong toàn nguyên trọn từ đến tới hết kể tính đi lại đây gần nhất sáng
        trưa chiều tối đêm bữa thứ chủ nhật mai sau cùng mùa hè xuân thu đông hạ học rằm mùng
        mồng tết đán trung âm lịch giêng chạp dạo mới đợt vụ lâu bấy lần nọ vài mấy tiếp theo
        hiện tại
    """
GLUED_TIMES: Final = """
        hôm nay, hôm qua, tháng này, tháng trước, tuần này, tuần trước, năm nay, năm ngoái,
        quý này, quý trước, cả năm, đầu năm, đến nay, từ đầu năm, giai đoạn, báo cáo
    """
